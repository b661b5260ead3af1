package main

import (
	"os"
	"regexp"
	"strconv"
	"testing"
)

const (
	operationTable = "../../targets/scenario/operation.def"
	simulatorNames = "../../targets/perform/names.c"
)

func readSource(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestOperationsAreThoseOfTheTable compares names and the bounds of arguments.
func TestOperationsAreThoseOfTheTable(t *testing.T) {
	rows := regexp.MustCompile(
		`(?m)^OPERATION\(\d+, \w+, "([^"]+)", \w+, (\w+(?:\([^)]*\))?), (\w+(?:\([^)]*\))?),`)
	found := rows.FindAllStringSubmatch(readSource(t, operationTable), -1)
	for _, row := range found {
		known, isKnown := operations[row[1]]
		if !isKnown {
			t.Errorf("%s: no operation of the driver", row[1])
			continue
		}
		if expected := boundOf(t, row[2]); known.a != expected {
			t.Errorf("%s: argument a is %v, expected %v", row[1], known.a, expected)
		}
		if expected := boundOf(t, row[3]); known.b != expected {
			t.Errorf("%s: argument b is %v, expected %v", row[1], known.b, expected)
		}
	}
	if len(found) != len(operations) {
		t.Errorf("%d rows, the driver has %d operations", len(found), len(operations))
	}
}

func boundOf(t *testing.T, argument string) bound {
	t.Helper()
	switch argument {
	case "NONE":
		return bound{}
	case "PROGRAM()": // parseScenario compares it with the programs
		return bound{0, programIDMax}
	}
	limits := regexp.MustCompile(`\((\d+), (\d+)\)$`).FindStringSubmatch(argument)
	if limits == nil {
		t.Fatalf("%q, expected NONE, PROGRAM() or KIND(min, max)", argument)
	}
	min, _ := strconv.Atoi(limits[1])
	max, _ := strconv.Atoi(limits[2])
	return bound{min, max}
}

func TestNamesAreThoseOfTheSimulator(t *testing.T) {
	list := regexp.MustCompile(`(?s)names\[SCENARIO_NAME_COUNT\] = \{(.*?)\};`)
	found := list.FindStringSubmatch(readSource(t, simulatorNames))
	if found == nil {
		t.Fatalf("%s: no list of names", simulatorNames)
	}
	quoted := regexp.MustCompile(`"(?:[^"\\]|\\.)*"`).FindAllString(found[1], -1)
	if len(quoted) != nameCount {
		t.Fatalf("%d names, expected %d", len(quoted), nameCount)
	}
	for i, text := range quoted {
		if name, err := strconv.Unquote(text); err != nil || name != names[i] {
			t.Errorf("name %d is %q, expected %s", i, names[i], text)
		}
	}
}
