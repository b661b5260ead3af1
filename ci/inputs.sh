# Sourced by what plays the corpus: which targets there are, and where the inputs of each lie. Expects to run in the root
# of the checkout.

# targets_matching PATTERNS: the names of targets/fuzz_*.c and targets/race_*.c that match one of PATTERNS (with * and ?,
# separated by blanks or commas), one a line; every fuzz_* without PATTERNS. Fails when a pattern matches none.
targets_matching() {
	set -f
	# shellcheck disable=SC2046  # patterns are words
	set -- $(echo "${1:-fuzz_*}" | tr ',' ' ')
	set +f
	for pattern in "$@"; do
		count=0
		for source in targets/fuzz_*.c targets/race_*.c; do
			name=$(basename "$source" .c)
			# shellcheck disable=SC2254  # a pattern
			case $name in
			$pattern) count=$((count + 1)) && echo "$name" ;;
			esac
		done
		[ $count -gt 0 ] || { echo "no target is called $pattern" >&2 && return 1; }
	done | sort -u
}

# What a target plays: race_<property> the inputs of fuzz_<property>.
corpus_name() {
	echo "$1" | sed 's/^race_/fuzz_/'
}

# The folders of the tree with inputs of a target, those that are there.
tree_folders() {
	for kind in seed regression; do
		[ ! -d "corpus/$(corpus_name "$1")/$kind" ] || echo "corpus/$(corpus_name "$1")/$kind"
	done
}
