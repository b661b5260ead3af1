/* What traces and profiles tell of CPU samples, against what was written to their rings. */
#include <stdio.h>

#include "profile/profiler.h"
#include "truth/judge.h"
#include "truth/observe.h"
#include "truth/sample.h"
#include "truth/v1_judge.h"

/* ---- A trace: the samples of a generation, in the order of their times --- */

static bool is_same(const struct truth_sample *sample, const struct oracle_event *event)
{
	return sample->time == event->arguments[0] && sample->m == event->arguments[1] &&
	       sample->p == event->arguments[2] &&
	       (sample->g == TRUTH_NONE ? 0 : sample->g) == event->arguments[3];
}

/* The sample that EVENT tells, or NULL; RET_ELSEWHERE: the same of another generation. */
static struct truth_sample *find_sample(const struct oracle_event *event,
					const struct truth_sample **ret_elsewhere)
{
	*ret_elsewhere = NULL;
	for (uint32_t i = 0; i < truth_log.sample_count; i++) {
		struct truth_sample *sample = &truth_log.samples[i];
		if (sample->session != judge.session || sample->is_told || !is_same(sample, event))
			continue;
		if (sample->generation == event->generation)
			return sample;
		*ret_elsewhere = sample;
	}
	return NULL;
}

void judge_samples_begin(void)
{
	for (uint32_t i = 0; i < truth_log.sample_count; i++)
		if (truth_log.samples[i].session == judge.session)
			truth_log.samples[i].is_told = false;
}

void judge_sample(const struct oracle_event *event)
{
	const struct truth_sample *elsewhere;
	struct truth_sample *sample = find_sample(event, &elsewhere);
	if (sample == NULL && elsewhere != NULL) {
		judge_fault(TRUTH_RULE_sample_invented, event->type, event,
			    "its handler loaded generation %lu",
			    (unsigned long)elsewhere->generation);
		return;
	}
	if (sample == NULL) {
		judge_fault(TRUTH_RULE_sample_invented, event->type, event, "no handler wrote it");
		return;
	}
	sample->is_told = true;
	struct truth_stack told = judge_stack(event, event->arguments[4]);
	if (told.hash == sample->stack.hash && told.depth == sample->stack.depth)
		return;
	char told_text[96], true_text[96];
	truth_stack_text(&told, told_text, sizeof told_text);
	truth_stack_text(&sample->stack, true_text, sizeof true_text);
	judge_fault(TRUTH_RULE_stack, event->type, event, "told: %s; true: %s", told_text,
		    true_text);
}

void judge_samples_end_generation(void)
{
	for (uint32_t i = 0; i < truth_log.sample_count; i++) {
		const struct truth_sample *sample = &truth_log.samples[i];
		if (sample->session == judge.session && sample->generation == judge.generation &&
		    !sample->is_told)
			judge_fault(TRUTH_RULE_sample_missing, EVENT_cpu_sample, NULL,
				    "taken at %lu on M %lu, P %ld, goroutine %ld",
				    (unsigned long)sample->time, (unsigned long)sample->m,
				    (long)sample->p, (long)sample->g);
	}
}

/* ---- A v1 trace: it does not tell the thread ----------------------------- */

static bool is_same_stack(const struct truth_stack *left, const struct truth_stack *right)
{
	return left->hash == right->hash && left->depth == right->depth;
}

/* Two Ms may have taken one at the same time: then the stack decides. */
static struct truth_sample *find_v1_sample(const struct oracle_v1_event *event,
					   const struct truth_stack *stack)
{
	struct truth_sample *found = NULL;
	for (uint32_t i = 0; i < truth_log.sample_count; i++) {
		struct truth_sample *sample = &truth_log.samples[i];
		if (sample->session != judge.session || sample->is_told ||
		    sample->time != event->arguments[0] || sample->p != event->arguments[1] ||
		    (sample->g == TRUTH_NONE ? 0 : sample->g) != event->arguments[2])
			continue;
		found = sample;
		if (is_same_stack(&sample->stack, stack))
			break;
	}
	return found;
}

void v1_judge_sample(const struct oracle_v1_event *event)
{
	struct truth_stack told = v1_judge_stack(event, event->arguments[3]);
	struct truth_sample *sample = find_v1_sample(event, &told);
	if (sample == NULL) {
		v1_judge_fault(TRUTH_RULE_sample_invented, event->type, event,
			       "no handler wrote it");
		return;
	}
	sample->is_told = true;
	if (is_same_stack(&sample->stack, &told))
		return;
	char told_text[96], true_text[96];
	truth_stack_text(&told, told_text, sizeof told_text);
	truth_stack_text(&sample->stack, true_text, sizeof true_text);
	v1_judge_fault(TRUTH_RULE_stack, event->type, event, "told: %s; true: %s", told_text,
		       true_text);
}

void v1_judge_samples_end(void)
{
	for (uint32_t i = 0; i < truth_log.sample_count; i++) {
		const struct truth_sample *sample = &truth_log.samples[i];
		if (sample->session == judge.session && !sample->is_told)
			v1_judge_fault(TRUTH_RULE_sample_missing, V1_EVENT_cpu_sample, NULL,
				       "taken at %lu on M %lu, P %ld, goroutine %ld",
				       (unsigned long)sample->time, (unsigned long)sample->m,
				       (long)sample->p, (long)sample->g);
	}
}

/* ---- A profile: everything in the order in which it was written ---------- */

static bool is_item(const struct truth_profile_item *item, const uint64_t *record, uint64_t label)
{
	const uint64_t *pcs = record + 2 + PROFILE_HEADER_WORD_COUNT;
	uint64_t count = record[2];
	if (item->is_loss)
		return count == 0 && record[0] == 2 + PROFILE_HEADER_WORD_COUNT + 1 &&
		       pcs[0] == item->count;
	struct truth_stack stack = {0};
	for (uint64_t i = 2 + PROFILE_HEADER_WORD_COUNT; i < record[0]; i++)
		truth_stack_add(&stack, record[i]);
	return count == item->count && label == item->label && stack.hash == item->stack.hash &&
	       stack.depth == item->stack.depth;
}

void truth_profile_read(const uint64_t *words, uint32_t word_count, const uint64_t *labels,
			uint32_t label_count)
{
	struct truth_log *log = &truth_log;
	truth_sample_settle(truth_log_m(sim_thread_index(), host_self()));
	uint32_t place = 0, index = 0;
	for (; place < word_count; place += (uint32_t)words[place], index++) {
		if (words[place] < 2 + PROFILE_HEADER_WORD_COUNT ||
		    words[place] > word_count - place || index >= label_count)
			truth_end_run(TRUTH_RULE_profile, "record %u is malformed", index);
		if (log->profile_told_count == log->profile_count)
			truth_end_run(TRUTH_RULE_profile, "a record more than the %u written",
				      log->profile_count);
		const struct truth_profile_item *item = &log->profile[log->profile_told_count];
		if (!is_item(item, &words[place], labels[index]))
			truth_end_run(TRUTH_RULE_profile, "record %u is not the one written",
				      log->profile_told_count);
		log->profile_told_count++;
	}
}

const struct truth_fault *truth_profiles_end(void)
{
	static struct truth_fault fault;
	const struct truth_log *log = &truth_log;
	if (log->profile_told_count == log->profile_count)
		return NULL;
	fault = (struct truth_fault){.rule = truth_rule_id(TRUTH_RULE_profile)};
	snprintf(fault.text, sizeof fault.text, "%s\n%u of %u records were never read",
		 truth_rule_sentence(TRUTH_RULE_profile),
		 log->profile_count - log->profile_told_count, log->profile_count);
	return &fault;
}
