#!/usr/bin/env bash
# The bill of materials of a build, as CycloneDX 1.5 in JSON: `packaging/sbom.sh [TARGET] > hookprint.cdx.json`.
# What is compiled into the program for that target, by cargo's own resolution; tools of the build and of the
# tests are not in it. The same sources give the same bytes: there is no time and no serial number.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${1:-$(rustc -vV | sed -n 's/^host: //p')}
cargo tree --locked --edges normal,no-proc-macro --target "$target" --no-dedupe --prefix none \
    --format '{p}|{l}' | jq --raw-input --null-input '
    [inputs | capture("^(?<name>\\S+) v(?<version>\\S+).*\\|(?<licence>.*)$")] | unique_by(.name, .version)
    | map({
        type: (if .name == "hookprint" then "application" else "library" end),
        name, version, purl: "pkg:cargo/\(.name)@\(.version)",
        licenses: [{expression: (.licence | gsub(" */ *"; " OR "))}]
    })
    | {
        bomFormat: "CycloneDX", specVersion: "1.5", version: 1,
        metadata: {component: .[] | select(.type == "application")},
        components: map(select(.type == "library"))
    }'
