#!/usr/bin/env bash
# Runs the command line $RUN: annotations on stdout, a table in the summary of the job, a report for code scanning.
set -euo pipefail

[ -n "$RUN" ] || exit 0
# xargs divides words and takes quotes away, and that is all it does.
lines=$(xargs -n 1 printf '%s\n' <<<"$RUN") || {
    echo "::error title=hookprint::a quote in run: is not closed"
    exit 2
}
words=()
while IFS= read -r word; do words+=("$word"); done <<<"$lines"
folder=$(mktemp -d "$RUNNER_TEMP/hookprint.XXXXXX")

code=0
hookprint "${words[@]}" --format github --report "sarif=$folder/hookprint.sarif" \
    --report "markdown=$folder/summary.md" || code=$?
printf '%s\n' "exit-code=$code" "sarif=$folder/hookprint.sarif" >>"$GITHUB_OUTPUT"
# A summary of more than 1 MiB is refused as a whole.
[ ! -f "$folder/summary.md" ] || head -c 1000000 "$folder/summary.md" >>"$GITHUB_STEP_SUMMARY"
exit "$code"
