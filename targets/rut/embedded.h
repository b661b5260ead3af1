/* The texts of this room, named as their files: put into the program by the build. */
#ifndef RUT_EMBEDDED_H
#define RUT_EMBEDDED_H

/* Pieces of a Go test. Each begins with a line `//@ OPERATIONS | IMPORTS': it is needed where the
 * scenario has one of the operations, `always', or where it has none of those behind a `!'. */
extern const char rut_export_test_go_txt[];

#endif
