#!/usr/bin/env bash
# Whose work is in the program, on any system, under which licence: `packaging/notices.sh > NOTICES.txt`. Each text
# of a licence stands there once, under the names of those who gave it.
set -euo pipefail
cd "$(dirname "$0")/.."

cat <<'END'
hookprint is dual-licensed under MIT and Apache-2.0. Its binary also holds the crates below, the standard library
of Rust (MIT or Apache-2.0, https://github.com/rust-lang/rust) and, on Linux, the GNU C library (LGPL 2.1 or later,
https://www.gnu.org/software/libc/), which `cargo build --release` links to another version of.

END
used=$(cargo tree --locked --edges normal,no-proc-macro --target all --no-dedupe --prefix none --format '{p}' |
    sed 's/ (.*//' | sort -u)
crates=$(cargo metadata --locked --format-version 1 |
    jq -r '.packages[] | select(.source) | "\(.name) v\(.version)\t\(.license)\t\(.manifest_path)"' |
    sort | join -t $'\t' - <(echo "$used" | sort))
declare -A names files
while IFS=$'\t' read -r crate licence manifest; do
    echo "$crate: $licence"
    for file in "${manifest%/*}"/{LICEN[CS]E,COPYING,COPYRIGHT,NOTICE,UNLICENSE}*; do
        [ -f "$file" ] || continue
        text=$(tr -d '\r' <"$file" | sha256sum | cut -c -64)
        names[$text]+=${names[$text]:+, }$crate
        files[$text]=$file
    done
done <<<"$crates"
for text in $(printf '%s\n' "${!names[@]}" | sort); do
    printf '\n%s\n%s\n\n' "$(printf '=%.0s' {1..100})" "${names[$text]}" | fold -s -w 118
    tr -d '\r' <"${files[$text]}"
done
