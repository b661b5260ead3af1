/* Inputs that rut itself does not play: the program of their target does. */
#ifndef RUT_REPLAY_TARGET_H
#define RUT_REPLAY_TARGET_H

/* Runs PATH, an input of TARGET, in the build that runs, under the defect that is switched on, and
 * tells what that said and what its verdict means. Returns an exit status of rut. */
int replay_target(const char *path, const char *target);

/* Which other builds may see in PATH, an input of TARGET, what this one does not; nothing for "".
 */
void replay_print_builds(const char *path, const char *target);

#endif
