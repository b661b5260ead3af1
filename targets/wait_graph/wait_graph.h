/* The goroutines' side of a wait graph: who waits for what, read from the runtime's state. */
#ifndef WAIT_GRAPH_WAIT_GRAPH_H
#define WAIT_GRAPH_WAIT_GRAPH_H

#include <stddef.h>
#include <stdint.h>

/* Appends a line for each live goroutine to TEXT. The runtime must be standing still. */
void wait_graph_describe_goroutines(char *text, size_t size_bytes);

/* As the lines call an enum g_status and an enum wait_reason. Static. */
const char *wait_graph_status_name(uint32_t status);
const char *wait_graph_reason_name(unsigned reason);

#endif
