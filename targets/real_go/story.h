/* The story that the traces of a run tell: a text that is the same for every run of a script in
 * which only one goroutine acts at a time, on whichever runtime, unless the tracers differ.
 *
 *     trace 1
 *     generation 1
 *     g1 status running
 *     g1 ProcsChange 4
 *     g1 STWBegin "start trace"
 *     g1 HeapGoal
 *     procs told by now 4, of them running 1
 *     ...
 *     g1 GoCreate g2
 *     g1 GoBlock block
 *     g2 GoStart
 *     g2 UserRegionBegin "parse" t1 in f3 f7
 *     ...
 *     end g3 status waiting
 *     end procs 4 told 4
 *
 * Goroutines of the scenario are called g1, g2 ... in the order in which the traces first tell of
 * them, user tasks t1, t2 ...; other goroutines and Ps have no name. `in' are the functions that
 * the scenario called, innermost first. `told' counts the Ps that have a status; `end' is what a
 * generation says of those that did nothing in it, and of how many of the Ps that lived through all
 * of it there is a status. What is left out is listed with the reason in story_rule.def. A
 * goroutine that no trace ever shows at work is left out. */
#ifndef REAL_GO_STORY_H
#define REAL_GO_STORY_H

#include <stddef.h>

#include "perform/session.h"

/* How the line of a generation ends that a reader refuses. */
#define STORY_REJECTED " rejected\n"

struct story;

/* Ends in fatal() when memory runs out, as all of these do. */
struct story *story_create(void);
void story_destroy(struct story *story);

/* The story of all SESSIONS, which are the traces of one run; valid until the next call. A trace
 * that is rejected is told up to the generation in which it is; that one is told as `rejected'. */
const char *story_tell(struct story *story, const struct sessions *sessions);

#endif
