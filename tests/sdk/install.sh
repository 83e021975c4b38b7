#!/usr/bin/env bash
# Installs the providers' own libraries, as they are pinned, into folders of their own below target. What is
# there already stays; the pins beside it say what that is.
set -euo pipefail
cd "$(dirname "$0")/../.."

python() {
    cmp -s tests/sdk/requirements.txt target/sdk-python/requirements.txt && return
    rm -rf target/sdk-python
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --no-deps --no-compile \
        --target target/sdk-python --requirement tests/sdk/requirements.txt
    cp tests/sdk/requirements.txt target/sdk-python/
}

node() {
    cmp -s tests/sdk/package-lock.json target/sdk-node/package-lock.json && return
    rm -rf target/sdk-node
    mkdir -p target/sdk-node.part
    cp tests/sdk/package.json tests/sdk/package-lock.json target/sdk-node.part/
    npm ci --prefix target/sdk-node.part --ignore-scripts --omit=optional --no-audit --no-fund --silent
    mv target/sdk-node.part target/sdk-node
}

python &
node
wait $!
