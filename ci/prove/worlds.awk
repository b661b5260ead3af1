# Makes the statements of some functions ones that can be left out when the program starts, and lists them.
#
#     awk -f worlds.awk -v out=FOLDER TABLE FILE...
#
# TABLE is worlds.protocols: which functions of which files. Writes FOLDER/FILE, and prints a line per statement, fields
# separated by tabs: number, worlds, file, line, key `file function: statement`. The same statement again in a
# function has `#2` and so on behind its key. A function of the table that is not there: number 0, and the key alone.
#
# Statements are calls, assignments, jumps, early returns; and conditions and loops with all that is in them. A declaration
# cannot be left out, nor the value that a function returns at its end: that does not compile. Assertions and yield points
# alone are no steps of a protocol, and what happens with a defect alone is none of it.
BEGIN {
	OFS = "\t"
	header = "^(} )?(else )?(if|while|for|switch) ?\\("
	declaration = "^(const|static|struct|enum|union|unsigned|bool|int|size_t|double|char|void|u?int(8|16|32|64|ptr)_t)[ *]"
	not_left_out = "^(assert_[a-z_]+|check_[a-z]+|lock_assert_held|lock_may_acquire|ensure|fatal|host_yield)\\(|^\\(void\\)"
	effect = "(compare_exchange|pop|take|claim|give|hold|sleep|interrupt)[a-z_]*\\("
}
FILENAME ~ /worlds\.protocols$/ {
	if (/^[^\t#]/)
		worlds = $0
	for (i = 2; /^\t/ && i <= NF; i++) {
		worlds_of["runtime-under-test/" $1, $i] = worlds
		is_missing[$1 " " $i] = 1
	}
	next
}
FNR == 1 {
	if (target != "")
		close(target)
	target = out "/" FILENAME
	print "#include \"host/statement_site.h\"" >target
	place = FILENAME
	sub(/^runtime-under-test\//, "", place)
	function_name = kind = ""
	is_defect = in_defect = headers = 0
}
# A definition begins in the first column and does not end there as a declaration does.
/^[a-z_].*\(/ && !/;$/ {
	function_name = $0
	sub(/\(.*/, "", function_name)
	sub(/.*[ *]/, "", function_name)
	delete is_missing[place " " function_name]
}
in_defect {
	print >target
	match($0, /^\t+/)
	in_defect = RLENGTH != defect_depth || !/^\t+}/
	next
}
!/^\t/ || !((FILENAME, function_name) in worlds_of) {
	print >target
	next
}
{
	text = $0
	sub(/^\t+/, "", text)
	gsub(/ *\/\*.*\*\//, "", text)
	begin = text
	gsub(/"[^"]*"/, "", text)
	sub(/ +$/, "", text)
	if (kind == "")
		begin_with(text)
	lines = lines (lines == "" ? "" : "\n") $0
	statement = statement (statement == "" ? "" : " ") begin
	depth += gsub(/\(/, "(", text) - gsub(/\)/, ")", text)
	if (kind == "comment" ? /\*\// : kind == "header" ? depth == 0 : kind == "other" || text ~ /;$/)
		end(text)
}
function begin_with(text) {
	lines = statement = ""
	depth = 0
	first_line = FNR
	if (/^\t+\/\*/)
		kind = "comment"
	else if (text ~ header)
		kind = "header"
	else if (text ~ declaration)
		kind = "declaration"
	else if (text ~ not_left_out)
		kind = "assertion"
	else if (text ~ /^[a-z_*(]/ && text !~ /^(case|default|else|do)[ :]?/)
		kind = "statement"
	else
		kind = "other"
}
# Headers without a brace wait for what they are the header of: one of an assertion is none that counts, and one of a
# single statement says the same as that one, unless it does something itself.
function end(text, i, is_step) {
	if (kind == "header" && statement ~ /DEFECT\(/) {
		for (i = 1; i <= headers; i++)
			print waiting_lines[i] >target
		headers = 0
		print lines >target
		is_defect = text !~ /{$/
		in_defect = !is_defect
		match(lines, /^\t+/)
		defect_depth = RLENGTH
	} else if (kind == "comment") {
		if (headers == 0)
			print lines >target
		else
			waiting_lines[headers] = waiting_lines[headers] "\n" lines
	} else if (kind == "header" && text !~ /[{;]$/) {
		headers++
		waiting_lines[headers] = lines
		waiting_statement[headers] = statement
		waiting_line[headers] = first_line
	} else {
		is_step = !is_defect && kind != "assertion"
		for (i = 1; i <= headers; i++)
			if (is_step && (kind == "header" || waiting_statement[i] ~ effect))
				print can_be_left_out(waiting_lines[i], waiting_statement[i], waiting_line[i], 1) >target
			else
				print waiting_lines[i] >target
		headers = 0
		if (is_step && (kind == "header" || kind == "statement"))
			print can_be_left_out(lines, statement, first_line, kind == "header") >target
		else
			print lines >target
		is_defect = 0
	}
	kind = ""
}
function can_be_left_out(lines, statement, line, is_header, key, indent) {
	if (statement ~ /^(} )?else / || statement ~ /^return / && lines ~ /^\t[^\t]/)
		return lines
	sub(/ {$/, "", statement)
	gsub(/[ \t]+/, " ", statement)
	key = place " " function_name ": " statement
	if (++times[key] > 1)
		key = key " #" times[key]
	number++
	print number, worlds_of[FILENAME, function_name], FILENAME, line, key
	match(lines, /^\t+/)
	indent = substr(lines, 1, RLENGTH)
	lines = substr(lines, RLENGTH + 1)
	if (is_header)
		return indent "if (STATEMENT_STAYS(" number ")) " lines
	return indent "{ if (STATEMENT_STAYS(" number ")) { " lines " } }"
}
END {
	for (name in is_missing)
		print 0, "", "", 0, name
}
