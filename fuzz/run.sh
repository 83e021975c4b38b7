#!/usr/bin/env bash
# Fuzzes without a nightly compiler: `fuzz/run.sh SECONDS [TARGET...]`; without a name every target,
# one after the other. Each starts from fuzz/seeds and its corpus, and leaves there what it has learnt.
# An input that panics, hangs, or takes more than 1 GiB (512 MiB at once) is named and fails the run.
#
#   CORPUS     folder with a folder of inputs per target      [fuzz/corpus]
#   ARTIFACTS  folder for the inputs that were found          [fuzz/artifacts]
#   CARGO_TARGET_DIR                                          [fuzz/target]
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:?usage: fuzz/run.sh SECONDS [TARGET...]}
shift
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/fuzz/target}
corpus=${CORPUS:-$PWD/fuzz/corpus}
artifacts=${ARTIFACTS:-$PWD/fuzz/artifacts}

targets=("$@")
if [ ${#targets[@]} = 0 ]; then
    for file in fuzz/fuzz_targets/*.rs; do targets+=("$(basename "$file" .rs)"); done
fi

# What cargo-fuzz passes, but for the sanitizer: coverage is in every compiler. The host's own target
# is named, so that build scripts are built without it.
host=$(rustc -vV | sed -n 's/^host: //p')
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

failed=()
for target in "${targets[@]}"; do
    mkdir -p "$corpus/$target" "$artifacts/$target"
    log=$(mktemp)
    inputs=("$corpus/$target")
    [ ! -d "fuzz/seeds/$target" ] || inputs+=("fuzz/seeds/$target")
    if "$CARGO_TARGET_DIR/$host/release/$target" "${inputs[@]}" \
        -max_total_time="$seconds" -rss_limit_mb=1024 -malloc_limit_mb=512 -timeout=10 \
        -artifact_prefix="$artifacts/$target/" -print_final_stats=1 >"$log" 2>&1; then
        outcome="nothing found"
    else
        outcome="FOUND, see $log: $(grep -m1 -E 'panicked at|ERROR: libFuzzer' "$log" || true)"
        failed+=("$target")
    fi
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    peak=$(sed -n 's/^stat::peak_rss_mb: *//p' "$log")
    printf '%-20s %12s runs, at most %4s MiB: %s\n' "$target" "${runs:-?}" "${peak:-?}" "$outcome"
    [ "$outcome" != "nothing found" ] || rm -f "$log"
done
[ ${#failed[@]} = 0 ] || { echo "found something: ${failed[*]}" >&2; exit 1; }
