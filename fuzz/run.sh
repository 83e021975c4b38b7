#!/usr/bin/env bash
# Fuzzes with libFuzzer on any compiler: `fuzz/run.sh SECONDS [TARGET...]`; without a name every target,
# two at a time. Each starts from fuzz/corpus and what it has learnt before; what it learns stays.
# An input that panics, hangs, or takes more than 1 GiB (512 MiB at once) is named, printed in base64, and
# fails the run; it belongs into fuzz/corpus/TARGET once it is mended.
#
# libFuzzer and not another engine: the targets are cargo-fuzz's as they are, and the coverage that it needs
# is in every compiler, so that neither a nightly one nor RUSTC_BOOTSTRAP is asked for.
#
#   JOBS       targets at a time                              [2]
#   LEARNT     folder with a folder of inputs per target      [fuzz/learnt]
#   ARTIFACTS  folder for the inputs that were found          [fuzz/artifacts]
#   CARGO_TARGET_DIR                                          [fuzz/target]
#
# What was learnt makes the corpus better where it covers more: TARGET is in CARGO_TARGET_DIR,
#   TARGET -set_cover_merge=1 fuzz/corpus/TARGET fuzz/learnt/TARGET
set -euo pipefail
cd "$(dirname "$0")/.."

export SECONDS_EACH=${1:?usage: fuzz/run.sh SECONDS [TARGET...]}
shift
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/fuzz/target}
export LEARNT=${LEARNT:-$PWD/fuzz/learnt} ARTIFACTS=${ARTIFACTS:-$PWD/fuzz/artifacts}

targets=("$@")
if [ ${#targets[@]} = 0 ]; then
    for file in fuzz/fuzz_targets/*.rs; do targets+=("$(basename "$file" .rs)"); done
fi

# What cargo-fuzz passes, but for the sanitizer. The host's own target is named, so that build scripts are
# built without it.
host=$(rustc -vV | sed -n 's/^host: //p')
export BINARIES=$CARGO_TARGET_DIR/$host/release
flags="-Cpasses=sancov-module"
for pass in level=4 inline-8bit-counters pc-table trace-compares; do
    flags+=" -Cllvm-args=-sanitizer-coverage-$pass"
done
flags+=" --cfg fuzzing -Ccodegen-units=1 -Cdebug-assertions -Coverflow-checks"

# The versions that are tested are those that are fuzzed.
cp Cargo.lock fuzz/Cargo.lock
bins=()
for target in "${targets[@]}"; do bins+=(--bin "$target"); done
RUSTFLAGS="$flags" CARGO_PROFILE_RELEASE_DEBUG=line-tables-only CARGO_PROFILE_RELEASE_STRIP=none \
    cargo build --quiet --release --manifest-path fuzz/Cargo.toml --target "$host" "${bins[@]}"

fuzz() {
    local target=$1 log status=0 found
    log=$(mktemp)
    mkdir -p "$LEARNT/$target" "$ARTIFACTS/$target"
    "$BINARIES/$target" "$LEARNT/$target" "fuzz/corpus/$target" -max_total_time="$SECONDS_EACH" \
        -rss_limit_mb=1024 -malloc_limit_mb=512 -timeout=20 \
        -artifact_prefix="$ARTIFACTS/$target/" -print_final_stats=1 >"$log" 2>&1 || status=1
    printf '%-20s %12s runs, at most %4s MiB: %s\n' "$target" \
        "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" \
        "$(sed -n 's/^stat::peak_rss_mb: *//p' "$log")" \
        "$( ((status)) && echo FOUND || echo nothing found)"
    if ((status)); then
        tail -n 40 "$log"
        found=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
        [ -z "$found" ] || printf 'input: %s\nbase64: %s\n' "$found" "$(base64 -w0 "$found")"
    fi
    rm -f "$log"
    return "$status"
}
export -f fuzz

printf '%s\n' "${targets[@]}" | xargs -P "${JOBS:-2}" -I{} bash -c 'fuzz "$1"' fuzz {} ||
    { echo "fuzzing found something" >&2; exit 1; }
