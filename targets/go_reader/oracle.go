package reader

/*
#cgo CFLAGS: -std=gnu11 -D_GNU_SOURCE -I${SRCDIR}/include
#include "oracle/oracle.h"
#include "oracle/v1_wire.h"

static bool header_is_v1(const uint8_t *bytes, size_t size)
{
	return v1_header_is(&(struct wire_source){bytes, size});
}
*/
import "C"

import "unsafe"

// A verdict of the judge.
type verdict struct {
	isAccepted bool
	isV1       bool // by its header
	rule       string
	isOurRule  bool // by its level in rule.def, which Go does not enforce
	offset     uint64
	message    string
	records    [256]uint64 // of each type
}

// One is enough: engines ask about one trace after the other.
var oracle = C.oracle_create()

func ask(file []byte) verdict {
	bytes := (*C.uint8_t)(unsafe.Pointer(unsafe.SliceData(file)))
	size := C.size_t(len(file))
	var report C.struct_oracle_report
	C.oracle_check(oracle, bytes, size, nil, &report)
	level := C.rule_level(report.fault.rule)
	said := verdict{
		isAccepted: bool(report.is_accepted),
		isV1:       bool(C.header_is_v1(bytes, size)),
		rule:       C.GoString(C.rule_id(report.fault.rule)),
		isOurRule:  level == C.RULE_LEVEL_own || level == C.RULE_LEVEL_strict,
		offset:     uint64(report.fault.offset),
		message:    C.GoString(&report.fault.message[0]),
	}
	for number, count := range report.statistics.of_type {
		said.records[number] = uint64(count)
	}
	return said
}
