#!/usr/bin/env bash
# Fetches release $VERSION for this runner from $FROM, holds it against $SHA256 or the sums beside it, and puts it on
# the PATH of the steps that follow.
set -euo pipefail

fail() {
    echo "::error title=hookprint::$1"
    exit 3
}

fetch() {
    curl --fail --silent --show-error --location --proto '=https,file' --proto-redir '=https' --retry 3 \
        --max-time 300 --output "$1" "$FROM/v$VERSION/$1" || fail "$FROM/v$VERSION/$1 could not be fetched"
}

# What macOS has instead.
command -v sha256sum >/dev/null || sha256sum() { shasum -a 256 "$@"; }

case $RUNNER_OS-$RUNNER_ARCH in
    Linux-X64) target=x86_64-unknown-linux-gnu ;;
    Linux-ARM64) target=aarch64-unknown-linux-gnu ;;
    macOS-X64) target=x86_64-apple-darwin ;;
    macOS-ARM64) target=aarch64-apple-darwin ;;
    *) fail "there is no release for $RUNNER_OS on $RUNNER_ARCH; install it in a step of your own" ;;
esac
name=hookprint-$VERSION-$target
cd "$(mktemp -d "$RUNNER_TEMP/hookprint.XXXXXX")"
fetch "$name.tar.gz"
if [ -z "$SHA256" ]; then
    fetch SHA256SUMS
    SHA256=$(awk -v file="$name.tar.gz" '$2 == file { print $1 }' SHA256SUMS)
fi
sum=$(sha256sum "$name.tar.gz" | cut -d ' ' -f 1)
[ "$sum" = "$SHA256" ] || fail "$name.tar.gz has the SHA-256 $sum, and not ${SHA256:-one that SHA256SUMS knows}"
tar -xzf "$name.tar.gz"
echo "$PWD/$name" >>"$GITHUB_PATH"
"$name/hookprint" --version
