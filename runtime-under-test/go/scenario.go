package main

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

const (
	procsMax       = 256
	copiesMax      = 65535
	repeatDepthMax = 3
)

// A scenario is what stdin said.
type scenario struct {
	procs        int
	programs     []program
	startsTraces bool
}

type program struct {
	copies     int
	operations []operation
}

// An operation is performed, or steers the cursor: rounds > 0 begins a repeat, and an operation
// without perform ends one.
type operation struct {
	perform func(p *performer, a, b int)
	a, b    int
	rounds  int
}

// A cursor goes through the operations of a program and unrolls its repeats.
type cursor struct {
	operations []operation
	position   int
	repeats    [repeatDepthMax]openRepeat
	depth      int
}

type openRepeat struct {
	start int // of the first operation in it
	left  int // rounds after this one
}

// next returns the operation to perform, nil at the end.
func (c *cursor) next() *operation {
	for c.position < len(c.operations) {
		operation := &c.operations[c.position]
		c.position++
		if operation.rounds > 0 {
			c.repeats[c.depth] = openRepeat{start: c.position, left: operation.rounds - 1}
			c.depth++
			continue
		}
		if operation.perform != nil {
			return operation
		}
		repeat := &c.repeats[c.depth-1]
		if repeat.left == 0 {
			c.depth--
			continue
		}
		repeat.left--
		c.position = repeat.start
	}
	return nil
}

// A parser holds what is between the lines.
type parser struct {
	lines       *bufio.Scanner
	line        int
	scenario    scenario
	openRepeats int
	// goes are the lines that name a program which may come later.
	goes []reference
}

type reference struct {
	line, program int
}

// parseScenario reads a scenario. An error names the line and what was expected there.
func parseScenario(input io.Reader) (*scenario, error) {
	parser := parser{lines: bufio.NewScanner(input)}
	fields, err := parser.next("`procs N`")
	if err != nil {
		return nil, err
	}
	if len(fields) != 2 || fields[0] != "procs" {
		return nil, parser.expected("`procs N`")
	}
	if parser.scenario.procs, err = parser.number(fields[1], 1, procsMax); err != nil {
		return nil, err
	}
	for {
		fields, err := parser.next("`end`")
		switch {
		case err != nil:
			return nil, err
		case fields[0] == "end" && len(fields) == 1:
			return parser.end()
		case fields[0] == "program":
			err = parser.program(fields)
		default:
			err = parser.operation(fields)
		}
		if err != nil {
			return nil, err
		}
	}
}

// next returns the fields of the next line, at least one.
func (p *parser) next(expected string) ([]string, error) {
	p.line++
	if !p.lines.Scan() {
		if err := p.lines.Err(); err != nil {
			return nil, fmt.Errorf("line %d: %v", p.line, err)
		}
		return nil, fmt.Errorf("line %d: the input ends, expected %s", p.line, expected)
	}
	fields := strings.Fields(p.lines.Text())
	if len(fields) == 0 {
		return nil, fmt.Errorf("line %d: an empty line, expected %s", p.line, expected)
	}
	return fields, nil
}

func (p *parser) expected(what string) error {
	return fmt.Errorf("line %d: %q, expected %s", p.line, p.lines.Text(), what)
}

func (p *parser) number(text string, min, max int) (int, error) {
	number, err := strconv.Atoi(text)
	if err != nil || number < min || number > max {
		return 0, fmt.Errorf("line %d: %q, expected a number from %d to %d", p.line, text, min, max)
	}
	return number, nil
}

func (p *parser) program(fields []string) error {
	expected := fmt.Sprintf("`program %d copies N`", len(p.scenario.programs))
	if len(fields) != 4 || fields[1] != strconv.Itoa(len(p.scenario.programs)) ||
		fields[2] != "copies" {
		return p.expected(expected)
	}
	if p.openRepeats > 0 {
		return p.expected("`} 0 0`, a repeat is open")
	}
	copies, err := p.number(fields[3], 0, copiesMax)
	p.scenario.programs = append(p.scenario.programs, program{copies: copies})
	return err
}

func (p *parser) operation(fields []string) error {
	if len(p.scenario.programs) == 0 {
		return p.expected("`program 0 copies N`")
	}
	row, isKnown := operations[fields[0]]
	if !isKnown || len(fields) != 3 {
		return p.expected("an operation with two numbers, a program or `end`")
	}
	a, err := p.number(fields[1], row.a.min, row.a.max)
	if err != nil {
		return err
	}
	b, err := p.number(fields[2], row.b.min, row.b.max)
	if err != nil {
		return err
	}
	parsed := operation{perform: row.perform, a: a, b: b}
	switch fields[0] {
	case repeatName:
		if p.openRepeats == repeatDepthMax {
			return p.expected(fmt.Sprintf("at most %d repeats in each other", repeatDepthMax))
		}
		p.openRepeats++
		parsed.rounds = a
	case repeatEndName:
		if p.openRepeats == 0 {
			return p.expected("a `repeat` before it")
		}
		p.openRepeats--
	case goName, pullName:
		p.goes = append(p.goes, reference{line: p.line, program: a})
	case startName, startReadFirstName:
		p.scenario.startsTraces = true
	}
	last := &p.scenario.programs[len(p.scenario.programs)-1]
	last.operations = append(last.operations, parsed)
	return nil
}

func (p *parser) end() (*scenario, error) {
	if p.openRepeats > 0 {
		return nil, p.expected("`} 0 0`, a repeat is open")
	}
	for _, reference := range p.goes {
		if reference.program >= len(p.scenario.programs) {
			return nil, fmt.Errorf("line %d: program %d, expected one of %d programs",
				reference.line, reference.program, len(p.scenario.programs))
		}
	}
	if p.lines.Scan() {
		p.line++
		return nil, p.expected("nothing after `end`")
	}
	return &p.scenario, nil
}
