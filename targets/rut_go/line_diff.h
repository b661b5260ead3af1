/* The lines by which two texts differ. */
#ifndef RUT_GO_LINE_DIFF_H
#define RUT_GO_LINE_DIFF_H

/* Called for each line of both texts in order: side '<' the left text alone has it, '>' the right
 * one, ' ' both. LINE ends with a newline or a 0. */
typedef void line_diff_function(void *context, char side, const char *line);

/* As few '<' and '>' as can be; of a changed place those of the left text first. Time and memory
 * grow with the product of what is left of both texts without the lines that are equal at their
 * ends. */
void line_diff(const char *left, const char *right, line_diff_function *on_line, void *context);

#endif
