# Lists the places where the runtime tells the trace something: one line each, fields separated by tabs.
#
#     file  first-line  last-line  kind  function  statement
#
# kind `call`: a statement that writes an event, a status or a table, to be deleted;
# kind `section`: a section of the trace that is entered, to be replaced by an invalid one.
#
# -v calls=EXPRESSION: other calls than those, and no sections.
BEGIN {
	OFS = "\t"
	has_sections = calls == ""
	if (has_sections)
		calls = "trace_hooks->[a-z_]+|trace_tell|event_write|event_sync_batch|event_go_status|event_proc_status" \
		"|write_status|write_status_at_safe_point|for_each_p|status_ready_next|status_set_traced" \
		"|ready_dead_ps[a-z_]*|trace_all_ps_of_next|proc_preparation\\(\\)->[a-z_]+|trace_procs_change" \
		"|cpu_samples_(init|start_logger|read_all|flush|stop|on_signal)|cpu_sample_ring_write|write_lost|write_sample|write_record|trace_samples_visit|add_to_log|add_lost" \
		"|strings_register_fixed|stacks_dump|strings_reset|writer_event|writer_flush|buffer_flush_locked" \
		"|event|tell_[a-z_]+|queue[a-z_]*|v1_writer_(event|log|queue|ensure)|v1_cpu_samples_[a-z_]+|v1_stacks_dump"
	is_call = "^\t+(" calls ")\\("
}
# A definition begins in the first column and does not end there as a declaration does.
/^[a-z_].*\(/ && !/;$/ {
	function_name = $0
	sub(/\(.*/, "", function_name)
	sub(/.*[ *]/, "", function_name)
}
# One that goes on an expression is no statement.
first_line == 0 && $0 ~ is_call && previous !~ /[&|,(=?+]$/ {
	first_line = FNR
	statement = ""
}
{
	previous = $0
}
first_line != 0 {
	text = $0
	gsub(/^\t+|\/\*.*\*\//, "", text)
	statement = statement (statement == "" ? "" : " ") text
	if (text ~ /;$/) {
		gsub(/  +/, " ", statement)
		print FILENAME, first_line, FNR, "call", function_name, statement
		first_line = 0
	}
	next
}
has_sections && /= (v1_)?(trace|section)_enter\(\);/ {
	text = $0
	sub(/^\t+/, "", text)
	print FILENAME, FNR, FNR, "section", function_name, text
}
