#include "engine/input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/defect.h"
#include "engine/mutator.h"
#include "perform/points.h"
#include "scenario/binary.h"
#include "scenario/text.h"

static enum scenario_tracer input_tracer;

void engine_input_init(enum scenario_tracer tracer)
{
	const char *defect = getenv("TRACER_FUZZ_DEFECT");
	if (defect != NULL && *defect != '\0' && !defect_switch(defect)) {
		fprintf(stderr, "TRACER_FUZZ_DEFECT: no defect or setting is called `%s'\n",
			defect);
		exit(2);
	}
	engine_mutator_init(tracer);
	input_tracer = tracer;
}

/* A text scenario begins with a comment or with its first statement; a binary one with its version
 * byte. */
static bool is_text(const uint8_t *data, size_t size)
{
	return size > 8 && (data[0] == '#' || memcmp(data, "tracer ", 7) == 0) &&
	       memchr(data, '\0', size) == NULL;
}

void engine_input_read(const uint8_t *data, size_t size, struct scenario *ret_scenario)
{
	static char error[SCENARIO_ERROR_SIZE];
	if (!is_text(data, size) || !scenario_parse("input", (const char *)data, size,
						    &perform_points, ret_scenario, NULL, error))
		scenario_decode(data, size, ret_scenario);
	scenario_set_tracer(ret_scenario, input_tracer);
}
