# Reads YAML as workflows here are written, and prints a line for each value: its path, a tab, the number of its line, a
# tab, the value; line breaks of a block are \036. `jobs.fuzz.steps[2].run	31	ci/github/prepare`
#
# Understood: mappings, sequences that are indented, plain and quoted values on one line, blocks after `|'. Everything else is
# refused with its place (exit status 1), so that nothing is understood in two ways.
function refuse(what) {
	if (!is_refused)
		print FILENAME ":" FNR ": " what >"/dev/stderr"
	is_refused = 1
	exit 1
}

function end_pending() {
	if (pending != "")
		print pending "\t" pending_line "\t"
	pending = ""
}

function enter(kind, indent, path) {
	depth++
	kinds[depth] = kind
	indents[depth] = indent
	paths[depth] = path
	counts[depth] = 0
}

# What a line at this indentation belongs to; a key that waited for a value gets it, or has none.
function place(kind, indent) {
	if (pending != "" && (depth == 0 || indent > indents[depth])) {
		enter(kind, indent, pending)
		pending = ""
		return
	}
	end_pending()
	while (depth > 0 && indents[depth] > indent)
		depth--
	if (depth == 0 && indent == 0 && kind == "map" && !is_begun) {
		is_begun = 1
		enter(kind, 0, "")
	}
	if (depth == 0 || indents[depth] != indent || kinds[depth] != kind)
		refuse("indented as nothing before it, or a list among keys")
}

function scalar(text, first) {
	first = substr(text, 1, 1)
	if (first == "\"" || first == "'") {
		if (match(text, "^" first "[^" first "]*" first " +#.*$") || match(text, "^" first "[^" first "]*" first "$"))
			return substr(text, 2, index(substr(text, 2), first) - 1)
		refuse("a quoted value that does not end, or something after it")
	}
	if (index("&*!%@`{>,]}", first) > 0)
		refuse("a value that begins with " first)
	sub(/ +#.*$/, "", text)
	if (first == "[" && text !~ /^\[[^][{}]*\]$/)
		refuse("a list in brackets that does not end")
	if (first != "[" && text ~ /: |:$/)
		refuse("a colon in a value that is not quoted")
	return text
}

function entry(indent, text, key, path) {
	place("map", indent)
	if (!match(text, /^[A-Za-z_][A-Za-z0-9_-]*:( |$)/))
		refuse("`key: value' was expected")
	key = substr(text, 1, index(text, ":") - 1)
	text = substr(text, index(text, ":") + 1)
	sub(/^ +/, "", text)
	path = paths[depth] == "" ? key : paths[depth] "." key
	if (path in seen)
		refuse("a second " path)
	seen[path]
	if (text == "" || text ~ /^#/) {
		pending = path
		pending_line = FNR
	} else if (text == "|") {
		block = path
		block_line = FNR
		block_indent = -1
		block_text = ""
	} else
		print path "\t" FNR "\t" scalar(text)
}

function end_block() {
	if (block_indent < 0)
		refuse("a block without a line")
	sub(/\036+$/, "", block_text)
	print block "\t" block_line "\t" block_text
	block = ""
}

/\t/ { refuse("a tab") }
/ $/ { refuse("a blank at the end") }
{
	match($0, /^ */)
	indent = RLENGTH
}
block != "" && $0 == "" {
	block_text = block_text "\036"
	next
}
block != "" && block_indent < 0 && indent > indents[depth] { block_indent = indent }
block != "" && block_indent >= 0 && indent >= block_indent {
	block_text = block_text (block_text == "" ? "" : "\036") substr($0, block_indent + 1)
	next
}
block != "" { end_block() }
/^ *(#.*)?$/ { next }
{
	text = substr($0, indent + 1)
	if (text !~ /^- /) {
		entry(indent, text)
		next
	}
	place("list", indent)
	path = paths[depth] "[" counts[depth]++ "]"
	text = substr(text, 3)
	if (text ~ /^[A-Za-z_][A-Za-z0-9_-]*:( |$)/) {
		enter("map", indent + 2, path)
		entry(indent + 2, text)
	} else
		print path "\t" FNR "\t" scalar(text)
}
END {
	if (is_refused)
		exit 1
	if (block != "")
		end_block()
	end_pending()
}
