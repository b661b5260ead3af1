# Makes every memory order of the runtime one that can be weakened when the program starts, and lists them.
#
#     awk -f orders.awk -v out=FOLDER FILE...
#
# Writes FOLDER/FILE with each order but relaxed as ORDER_SITE(number, order, weaker), and prints a line per
# order, fields separated by tabs: number, file, line, key `file:function:point:operation`, order, weaker.
# The same operation at the same point of a function has `#2` and so on behind its key.
BEGIN {
	OFS = "\t"
	weaker["load:seq_cst"] = "acquire"
	weaker["store:seq_cst"] = "release"
	weaker["add:seq_cst"] = weaker["compare_exchange:seq_cst"] = "acq_rel"
}
FNR == 1 {
	if (target != "")
		close(target)
	target = out "/" FILENAME
	print "#include \"host/order_site.h\"" >target
	depth = 0
	calls = 0
	place = FILENAME
	sub(/^runtime-under-test\//, "", place)
}
# A definition begins in the first column and does not end there as a declaration does.
/^[a-z_].*\(/ && !/;$/ {
	function_name = $0
	sub(/\(.*/, "", function_name)
	sub(/.*[ *]/, "", function_name)
}
{
	rest = $0
	line = ""
	while (match(rest, /[A-Za-z_0-9]+|[()]/)) {
		word = substr(rest, RSTART, RLENGTH)
		line = line substr(rest, 1, RSTART - 1)
		rest = substr(rest, RSTART + RLENGTH)
		line = line (word ~ /^memory_order_/ ? site(word) : word)
		follow(word, rest)
	}
	print line rest >target
}
# Which call of an atomic we are in: calls nest.
function follow(word, rest, operation) {
	if (word == "(") {
		depth++
	} else if (word == ")") {
		depth--
		if (calls > 0 && depth == call_depth[calls])
			calls--
	} else if (word ~ /^atomic_[a-z0-9]+_(load|store|add|compare_exchange)(_explicit)?$/ && rest ~ /^\(/) {
		operation = word
		sub(/_explicit$/, "", operation)
		sub(/^atomic_(u32_|u64_|address_)?/, "", operation)
		calls++
		call_depth[calls] = depth
		call_operation[calls] = operation
		call_point[calls] = "no point"
	} else if (word ~ /^POINT_/ && calls > 0) {
		call_point[calls] = substr(word, 7)
	}
}
function site(word, order, next_order, key) {
	order = substr(word, 14)
	if (order == "relaxed")
		return word
	if (calls == 0) {
		printf "%s:%d: an order outside of an atomic's call\n", FILENAME, FNR >"/dev/stderr"
		exit 3
	}
	next_order = weaker[call_operation[calls] ":" order]
	if (next_order == "")
		next_order = "relaxed"
	key = place ":" function_name ":" call_point[calls] ":" call_operation[calls]
	if (++times[key] > 1)
		key = key "#" times[key]
	number++
	print number, FILENAME, FNR, key, order, next_order
	return "ORDER_SITE(" number ", " word ", memory_order_" next_order ")"
}
