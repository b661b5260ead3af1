# Sourced by the proofs that change the sources: a copy of them in $work/tree, changed and built there, so that the
# checkout itself is never changed. Expects in $work a folder, and to run in the root of the checkout; one proof at a time
# is at work in the folder.
tree=$work/tree
sources="CMakeLists.txt ci runtime-under-test targets"
mkdir -p "$tree"
exec 9>"$work/lock"
flock 9

give_up() {
	echo "${0#"$PWD"/}: $*" >&2
	exit 3
}

# copy_tree [CHANGED]: the checkout, but for what the folder CHANGED has in place of it. Copies only what differs, so that a
# build compiles only that; takes back what a broken-off run left.
copy_tree() {
	changed=${1:-.}
	{
		find $sources -type f
		(cd "$changed" && find runtime-under-test -type f)
	} | sort -u >"$work/files"
	(cd "$tree" && find $sources -type f 2>/dev/null | sort) >"$work/files.old" || true
	comm -13 "$work/files" "$work/files.old" | while read -r file; do
		rm "$tree/$file"
	done
	while read -r file; do
		from=$changed/$file
		[ -f "$from" ] || from=$file
		cmp -s "$from" "$tree/$file" && continue
		mkdir -p "$tree/$(dirname "$file")"
		cp "$from" "$tree/$file"
	done <"$work/files"
}

# The tool in the build BUILD. What a deleted call leaves unused is no error.
build_tool() {
	CFLAGS="-Wno-error=unused -Wno-error=unused-parameter" "$tree/ci/build" "$1" rut_tool >"$work/build.log" 2>&1
}

# Changes FILE in the tree: the call at lines FIRST to LAST becomes nothing; a section becomes one of a time when
# tracing is off. What was there is kept in $work/original.
mutate() {
	cp "$tree/$1" "$work/original"
	awk -v first="$2" -v last="$3" -v kind="$4" '
		NR == first && kind == "call" { sub(/[^\t].*/, "(void)0;"); print; next }
		NR > first && NR <= last { next }
		NR == first { sub(/(v1_)?(trace|section)_enter\(\)/, "(struct trace_section){0}") }
		{ print }' "$work/original" >"$tree/$1"
}

# The tracers that run what is in FILE: of which scenarios are tried.
tracers_of() {
	case $1 in
	*/trace_v1/*) echo v1 ;;
	*/trace_v2/*) echo v2 ;;
	*) echo v2 v1 ;;
	esac
}

# What `--set` is told where scenarios of TRACER need it; v2 takes one of its dialects.
dialect_of() {
	case $1 in
	v1) echo "tracer=go 1.19" ;;
	esac
}

# Runs `TOOL explore` with scenarios of TRACER and OPTIONS.
explore_tracer() {
	tool=$1
	dialect=$(dialect_of "$2")
	shift 2
	timeout "${time_max_s:-600}" "$tool" explore -s 1 ${dialect:+--set "$dialect"} "$@"
}

clock() {
	awk -v seconds="$1" 'BEGIN { printf "%d:%02d", seconds / 60, seconds % 60 }'
}

# The reason that $list has why nobody can notice KEY, or nothing.
listed_reason() {
	awk -v key="$1" '$0 == key { found = 1; next } found { sub(/^\t/, ""); print; exit }' "$list"
}
