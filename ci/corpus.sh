# Sourced by what chooses inputs by what they reach (ci/fuzz-merge, ci/corpus-min), after ci/inputs.sh, in the root of the
# checkout: libFuzzer in the build with AddressSanitizer chooses, by edges, how often each is passed, and pairs of a yield
# point and a state. Expects in $me who is at work, in $work a folder of its own; functions use $target and $folder, where
# work on it goes on.
progress_period_s=2
export ASAN_OPTIONS="detect_leaks=0:detect_stack_use_after_return=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}"

usage() {
	echo "$me: $*" >&2
	exit 2
}

fail() {
	echo "$me: $*" >&2
	exit 3
}

# What `make fuzz' finds meanwhile would be lost.
lock_fuzzing() {
	mkdir -p build/fuzz
	exec 8>>build/fuzz/lock
	flock -n 8 || usage "another run is at work in build/fuzz"
}

lock_work() {
	mkdir -p "$work"
	exec 9>>"$work/lock"
	flock -n 9 || usage "another run is at work in $work"
}

child=
finding_count=0
# For the trap of EXIT: a command that failed is no finding.
end_child() {
	status=$?
	[ -z "$child" ] || kill "$child" 2>/dev/null || true
	[ $status -ne 1 ] || [ $finding_count -gt 0 ] || exit 3
}

# choose NAME OPTIONS FOLDER...: into $folder/NAME, which may hold inputs already, what of FOLDERS reaches more;
# $folder/NAME.control says what each input reaches.
choose() {
	name=$1
	options=$2
	shift 2
	total=$(find "$folder/$name" "$@" -type f -o -type l | wc -l)
	# shellcheck disable=SC2086  # options are words
	"build/asan/bin/$target" -set_cover_merge=1 -merge_control_file="$folder/$name.control" -timeout=60 \
		-artifact_prefix="$folder/finding-" $options "$folder/$name" "$@" >"$folder/$name.log" 2>&1 8>&- 9>&- &
	child=$!
	said=0
	while kill -0 $child 2>/dev/null; do
		sleep 0.2
		said=$((said + 1))
		[ $((said % (5 * progress_period_s))) -ne 0 ] ||
			echo "$target: $(grep -c '^STARTED' "$folder/$name.control" 2>/dev/null) of $total inputs" >&2
	done
	wait $child || { tail -n 20 "$folder/$name.log" >&2 && fail "$target could not choose, see $folder/$name.log"; }
	child=
}

# What all inputs of a control file reach: "edges features".
reached() {
	awk '
		$1 == "COV" { for (i = 3; i <= NF; i++) edges[$i] }
		$1 == "FT" { for (i = 3; i <= NF; i++) features[$i] }
		END { for (i in edges) edge_count++; for (i in features) feature_count++
			print edge_count + 0, feature_count + 0 }' "$1"
}

# copy_there NAME FOLDER...: what is there already, into $folder/NAME; the names are of no input of libFuzzer.
copy_there() {
	mkdir -p "$folder/$1"
	into_name=$1
	shift
	for there in "$@"; do
		for file in "$there"/*; do
			[ ! -f "$file" ] ||
				cp -L "$file" "$folder/$into_name/there-$(basename "$there")-$(basename "$file")"
		done
	done
}

drop_there() {
	find "$folder/$1" -name 'there-*' -delete
}

# How many edges and pairs FILE reaches that no other input of a control file does.
alone() {
	awk -v wanted="$1" '
		NR == 1 { count = $1; next }
		NR > 2 && NR <= 2 + count { if ($0 == wanted) index_wanted = NR - 3; next }
		$1 == "FT" { for (i = 3; i <= NF; i++) { seen[$i]++; last[$i] = $2 } }
		END { for (i in seen) if (seen[i] == 1 && last[i] == index_wanted) alone_count++; print alone_count + 0 }' "$2"
}

# write_text COUNT FILE: an input as the scenario that is put into the tree. What a tracer's target plays can be run under
# every setting, and says what is expected.
write_text() {
	echo "# Found by fuzzing: reaches $1 edges or pairs of point and state that nothing else here does."
	build/dev/bin/rut convert --target="$target" "$2"
	case $target in
	fuzz_trace_v*) printf '\nexpect default ok\n' ;;
	esac
}

is_as_expected() {
	case $target in
	fuzz_trace_v*)
		build/dev/bin/rut check --quiet "$1" >"$folder/check.log" ||
			{ cat "$folder/check.log" >&2 && return 1; }
		;;
	esac
}

# adopt NAME COUNT PLACE: puts into the folder PLACE of the tree what $folder/NAME has beyond the tree and reaches COUNT or
# more that nothing else does. Wants build/dev/bin/rut. Leaves in adopted_count how many.
adopt() {
	from_name=$1
	new_count_min=$2
	place=$3
	copy_there pairs $(tree_folders "$target")
	choose pairs "-use_counters=0" "$folder/$from_name"
	mkdir "$folder/all-pairs"
	choose all-pairs "-use_counters=0" "$folder/pairs"
	adopted_count=0
	mkdir -p "$place"
	for file in "$folder/pairs"/*; do
		case $file in
		*/there-* | *'/*') continue ;;
		esac
		new=$(alone "$file" "$folder/all-pairs.control")
		[ "$new" -ge "$new_count_min" ] || continue
		path=$place/found-$(basename "$file" | cut -c 1-8)
		case $target in
		fuzz_trace_reader_*)
			path=$path.trace
			cp "$file" "$path"
			;;
		*)
			path=$path.rut
			write_text "$new" "$file" >"$folder/adopted.rut"
			is_as_expected "$folder/adopted.rut" || continue
			mv "$folder/adopted.rut" "$path"
			;;
		esac
		adopted_count=$((adopted_count + 1))
		echo "  $path: $new"
	done
}

# Keeps the inputs that ended in a finding, which no set has.
keep_findings() {
	found=$(find "$folder" -maxdepth 1 -name 'finding-*' | wc -l)
	[ "$found" -gt 0 ] || return 0
	finding_count=$((finding_count + found))
	mkdir -p "$work/findings/$target"
	for file in "$folder"/finding-*; do
		mv "$file" "$work/findings/$target/$(basename "$file" | sed 's/^finding-//')"
	done
}

tell_findings() {
	[ $finding_count -gt 0 ] || return 0
	echo "$finding_count inputs end in a finding, and are in no set; \`build/asan/bin/rut replay' replays them:"
	find "$work/findings" -type f | sort | head -n 10 | sed 's/^/  /'
	exit 1
}
