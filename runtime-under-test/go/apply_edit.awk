# Applies an edit to a Go file and prints what comes of it:
#
#     awk -v edit=NAME -v version=1.22.12 -v file=runtime/trace2.go -f apply_edit.awk EDIT GO-FILE
#
# Without GO-FILE: with -v list=files it prints the files that the edit changes in this version, with -v list=anchors and
# -v file=FILE the lines that have to be in that one, each after the word of the edit that names it.
# Exit status: 0 done, 2 the edit does not fit this version or this file, or is itself wrong; standard error says why.
#
# An edit is lines. A line that begins with # is a comment. The others:
#
#   versions FIRST [LAST]  what follows is for these, 1.22 or 1.22.1; a LAST of 1.25 means every 1.25.x. An edit may
#                          have several such parts; all that name the version are applied, one after the other.
#   file FILE              what follows is in this file below GOROOT/src
#   func LINE              anchors are looked for in this function, from here on; LINE is its whole first line
#   at LINE                the cursor is on the one statement, or comment, that begins with LINE
#   up LINE                the cursor is on the nearest LINE above the cursor, in or outside the function
#   out                    the cursor is on the statement that encloses the cursor
#   delete                 the statement goes; the cursor has to be set again
#   unwrap                 the statement's first and last line go, what is between them stays
#   replace, before, after the lines "| TEXT" that follow come in place of the statement, above it or below it, as far
#                          indented as the statement is
#   take                   the statement goes and is kept; the cursor has to be set again
#   place                  the statement that was taken last comes above the cursor's
#   append                 the lines "| TEXT" that follow come at the end of the file
#
# A LINE is compared as a whole, without the blanks around it, and an anchor has to be there exactly once: where it is
# not, the version is one that the edit does not know, and nothing is written. A statement that ends its first line with
# an open bracket reaches to the line that closes it: the next line as far indented that neither opens anew nor stands
# deeper. gofmt's form makes that certain.

function die(text) {
	print "edit " edit ": go" version ": " text >"/dev/stderr"
	dead = 1
	exit 2
}

function wrong(text) {
	die("line " NR " of the edit: " text)
}

function strange(text) {
	die(file ": " text "; this version is not known to it")
}

function trim(text) {
	gsub(/^[ \t]+|[ \t]+$/, "", text)
	return text
}

function indentation(text) {
	match(text, /^\t*/)
	return RLENGTH
}

# A version as one number; a missing patch counts as `patch`.
function number_of(text, patch, parts, count) {
	count = split(text, parts, ".")
	return parts[2] * 1000 + (count > 2 ? parts[3] : patch)
}

# The last line of the statement that begins with line i.
function last_line(i, depth) {
	if (lines[i] !~ /[{(]$/ || lines[i] ~ /^\t*\/\//)
		return i
	depth = indentation(lines[i])
	for (i++; i <= line_count; i++)
		if (lines[i] != "" && indentation(lines[i]) == depth && lines[i] ~ /^\t*[)}]/ && lines[i] !~ /[{(]$/)
			return i
	strange("the line \"" anchor "\" opens what is never closed")
}

# Puts the cursor on the one line from first to last that reads `text`.
function find(text, first, last, i, found) {
	anchor = text
	for (i = first; i <= last; i++)
		if (trim(lines[i]) == text) {
			cursor = i
			found++
		}
	if (found != 1)
		strange("the line \"" text "\" was " (found ? "found " found " times, expected once" : "not found"))
}

# Takes `removed` lines away, from line `start` on, and puts the text of the operation there.
function splice(start, removed, prefix, i, shift) {
	shift = text_count - removed
	if (shift > 0)
		for (i = line_count; i >= start + removed; i--)
			lines[i + shift] = lines[i]
	else
		for (i = start + removed; i <= line_count; i++)
			lines[i + shift] = lines[i]
	for (i = 1; i <= text_count; i++)
		lines[start + i - 1] = texts[i] == "" ? "" : prefix texts[i]
	line_count += shift
	if (start < scope_first)
		scope_first += shift
	if (start <= scope_last)
		scope_last += shift
	if (cursor >= start + removed)
		cursor += shift
	changed = 1
}

function finish_text(prefix) {
	if (pending == "")
		return
	if (!text_count)
		wrong(pending " without lines of text above")
	prefix = pending == "append" ? "" : substr(lines[cursor], 1, indentation(lines[cursor]))
	if (pending == "replace")
		splice(cursor, last_line(cursor) - cursor + 1, prefix)
	else if (pending == "before")
		splice(cursor, 0, prefix)
	else if (pending == "after")
		splice(last_line(cursor) + 1, 0, prefix)
	else
		splice(line_count + 1, 0, prefix)
	if (pending == "replace")
		cursor = 0
	pending = ""
	text_count = 0
}

function need_cursor() {
	if (!cursor)
		wrong($1 " without a statement: expected at or up before it")
}

function go_out(depth, i) {
	depth = indentation(lines[cursor])
	for (i = cursor - 1; i >= scope_first; i--)
		if (lines[i] != "" && indentation(lines[i]) < depth && lines[i] !~ /^\t*[)}]/) {
			cursor = i
			return
		}
	strange("nothing encloses the line \"" anchor "\"")
}

function go_up(text, i) {
	anchor = text
	for (i = cursor - 1; i > 0; i--)
		if (trim(lines[i]) == text) {
			cursor = i
			return
		}
	strange("the line \"" text "\" was not found above the one it was looked for from")
}

function unwrap(last, i) {
	last = last_line(cursor)
	if (last == cursor)
		strange("the line \"" anchor "\" begins no block")
	for (i = cursor + 1; i < last; i++)
		sub(/^\t/, "", lines[i])
	splice(last, 1, "")
	splice(cursor, 1, "")
	cursor = 0
}

function take(last, depth, i) {
	last = last_line(cursor)
	depth = indentation(lines[cursor])
	kept_count = 0
	for (i = cursor; i <= last; i++)
		kept[++kept_count] = substr(lines[i], depth + 1)
	splice(cursor, kept_count, "")
	cursor = 0
}

function place(i) {
	if (!kept_count)
		wrong("place without take before it")
	for (i = 1; i <= kept_count; i++)
		texts[i] = kept[i]
	text_count = kept_count
	splice(cursor, 0, substr(lines[cursor], 1, indentation(lines[cursor])))
	text_count = 0
}

function operate(word, rest) {
	if (word == "func") {
		scope_first = 1
		scope_last = line_count
		find(rest, 1, line_count)
		scope_first = cursor
		scope_last = last_line(cursor)
	} else if (word == "at") {
		find(rest, scope_first, scope_last)
	} else if (word == "up") {
		need_cursor()
		go_up(rest)
	} else if (word == "out") {
		need_cursor()
		go_out()
	} else if (word == "delete") {
		need_cursor()
		splice(cursor, last_line(cursor) - cursor + 1, "")
		cursor = 0
	} else if (word == "unwrap") {
		need_cursor()
		unwrap()
	} else if (word == "take") {
		need_cursor()
		take()
	} else if (word == "place") {
		need_cursor()
		place()
	} else if (word == "replace" || word == "before" || word == "after" || word == "append") {
		if (word != "append")
			need_cursor()
		pending = word
	} else {
		wrong("\"" word "\" is no word of edits")
	}
}

function take_versions(rest, bounds, range) {
	range = rest
	sub(/ /, " to ", range)
	ranges = ranges (ranges == "" ? "" : ", ") range
	if (split(rest, bounds, " ") == 1)
		bounds[2] = bounds[1]
	in_part = number_of(version, 0) >= number_of(bounds[1], 0) &&
		number_of(version, 0) <= number_of(bounds[2], 999)
	is_known = is_known || in_part
	in_file = 0
}

BEGIN {
	go_file = ARGC > 2 ? ARGV[2] : ""
	ARGC = 2
	while (!list && (status = (getline line <go_file)) > 0)
		lines[++line_count] = line
	if (!list && !line_count) {
		print "edit " edit ": " go_file ": expected a Go file" >"/dev/stderr"
		dead = 1
		exit 2
	}
}

/^#/ || /^[ \t]*$/ { next }

/^\|/ {
	if (list || !in_part || !in_file)
		next
	if (pending == "")
		wrong("text that no operation asks for")
	texts[++text_count] = substr($0, 3)
	next
}

{
	rest = $0
	sub(/^[^ ]+ */, "", rest)
	if (in_part && in_file)
		finish_text()
}

$1 == "versions" {
	take_versions(rest)
	next
}

!in_part { next }

$1 == "file" {
	if (list == "files" && !printed[rest]++)
		print rest
	in_file = list != "files" && rest == file
	scope_first = 1
	scope_last = line_count
	cursor = 0
	next
}

list == "anchors" && in_file && $1 ~ /^(func|at|up)$/ { print $1, rest }

!list && in_file { operate($1, rest) }

END {
	if (dead)
		exit 2
	if (!is_known)
		die("it is for Go " ranges " only")
	if (list)
		exit 0
	if (in_part && in_file)
		finish_text()
	if (dead)
		exit 2
	if (!changed)
		die("it changes nothing in " file)
	for (i = 1; i <= line_count; i++)
		print lines[i]
}
