#!/usr/bin/env bash
# A release, in target/dist: `packaging/release.sh [--quick] [TARGET...]`, for this machine where no target is named.
# For each target one program that needs nothing beside it, in an archive with completions, man pages and licences;
# for Linux also as .deb, as .rpm and as the contents of a container image. It asks crates.io and PyPI only.
#
# The same commit, compiler and order of functions give the same bytes, in whatever folder. That order is found
# by watching the program start (valgrind, x86_64 Linux); ORDER=FILE takes it from the release that is to be
# repeated, where it lies beside the archive. `--quick` shares what `cargo build --release` has
# built, and packs in a hurry.
set -euo pipefail
cd "$(dirname "$0")/.."

quick=
[ "${1-}" != --quick ] || { quick=yes && shift; }
host=$(rustc -vV | sed -n 's/^host: //p')
[ $# -gt 0 ] || set -- "$host"
version=$(cargo pkgid | sed 's/.*[#@]//')
dist=target/dist
moment=${SOURCE_DATE_EPOCH-$(git log -1 --format=%ct)}
# C is compiled anew when that is set. Where it is not, mimalloc says the minute in which it was compiled.
unset SOURCE_DATE_EPOCH
export CARGO_TARGET_DIR=target CARGO_INCREMENTAL=0
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=${CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER-aarch64-linux-gnu-gcc}
if [ -z $quick ]; then
    registry=${CARGO_HOME:-$HOME/.cargo}
    export SOURCE_DATE_EPOCH=$moment
    export RUSTFLAGS="--remap-path-prefix=$registry=/cargo --remap-path-prefix=$PWD=/hookprint"
    export CFLAGS="-ffile-prefix-map=$registry=/cargo -ffile-prefix-map=$PWD=/hookprint"
fi

# For which target, and where cargo puts what it builds: what is for this machine it shares with others' builds.
aim() {
    target=$1 across=() compiler=cc program=hookprint flags=(-C lto=fat -C opt-level=3)
    [ "$target" = "$host" ] || across=(--target "$target") compiler=${target%%-*}-linux-gnu-gcc
    built=target/${across[1]:+$target/}release
    case $target in
        *-linux-gnu)
            "$compiler" -O2 -c packaging/names.c -o "target/names-$target.o"
            flags+=(-C target-feature=+crt-static -C "link-arg=target/names-$target.o")
            ;;&
        # Where lld links. With these 0.8 MB less, and a start takes a quarter less. Functions that are the same to
        # the byte are one: nobody compares their addresses.
        x86_64-unknown-linux-gnu) flags+=(-C link-arg=-Wl,-z,pack-relative-relocs -C link-arg=-Wl,--icf=all) ;;
        *-windows-*) flags+=(-C target-feature=+crt-static) program=hookprint.exe ;;
    esac
}

# The program, with the list of its crates inside. More flags for the last step may be given.
build() {
    # Small, for the image.
    cargo auditable rustc --config 'profile.release.package.hookprint.opt-level="s"' \
        --locked --release --bin hookprint "${across[@]}" -- "${flags[@]}" "$@"
}

# Links it with the functions of a start side by side: fewer pages are read, and `sign` takes a tenth less.
in_order() {
    local order=$dist/hookprint-$version-$target.order trial
    if [ "${ORDER-}" ]; then
        cp "$ORDER" "$order"
    else
        trial=$(mktemp -d)
        build -C strip=none
        printf secret >"$trial/secret"
        head -c 2048 /dev/zero >"$trial/payload"
        valgrind --quiet --tool=callgrind --demangle=no --callgrind-out-file="$trial/calls" \
            "$built/$program" sign "$trial/payload" --scheme github --secret "file:$trial/secret" >"$trial/signed"
        sed -nE 's/^c?fn=\([0-9]+\) //p' "$trial/calls" | LC_ALL=C sort -u >"$order"
        rm -r "$trial"
    fi
    build -C "link-arg=-Wl,--symbol-ordering-file=$order" -C link-arg=-Wl,--no-warn-symbol-ordering
}

# A folder as an archive that does not show when, where and by whom it was made.
pack() {
    local tar
    tar=$(command -v gtar || command -v tar)
    "$tar" --create --sort=name --format=gnu --mtime="@$moment" --owner=0 --group=0 --numeric-owner \
        "$@" | gzip -9n
}

archive() {
    local name=hookprint-$version-$target
    local folder=$parts/$name
    mkdir "$folder"
    cp -R "$built/$program" README.md CHANGELOG.md LICENSE-* "$dist/NOTICES.txt" completions man "$folder/"
    chmod -R u=rwX,go=rX "$folder"
    case $target in
        *-windows-*)
            find "$folder" -exec touch -d "@$moment" {} +
            (cd "$parts" && TZ=UTC python3 -m zipfile -c "$OLDPWD/$dist/$name.zip" "$name")
            ;;
        *) pack -C "$parts" "$name" >"$dist/$name.tar.gz" ;;
    esac
    packaging/sbom.sh "$target" >"$dist/$name.cdx.json"
}

packages() {
    local -x SOURCE_DATE_EPOCH=$moment
    cargo deb --quiet --no-build --no-strip ${quick:+--fast} "${across[@]}" --output "$dist/" >/dev/null
    cargo generate-rpm "${across[@]}" --payload-compress "$([ $quick ] && echo gzip || echo xz)" --output "$dist/"
}

# What `FROM scratch` is filled with: the program, Mozilla's authorities, and a place for what does not last.
image() {
    local root=$parts/image-$target certifi=$parts/certifi architecture=amd64
    [[ $target = x86_64-* ]] || architecture=arm64
    if [ ! -d "$certifi" ]; then
        python3 -m pip download --quiet --no-deps --require-hashes --requirement packaging/requirements.txt --dest "$certifi"
        python3 -m zipfile -e "$certifi"/certifi-*.whl "$certifi"
    fi
    mkdir -p "$root"/{usr/bin,etc/ssl/certs,tmp,work}
    cp "$built/$program" "$root/usr/bin/"
    cp "$certifi/certifi/cacert.pem" "$root/etc/ssl/certs/ca-certificates.crt"
    chmod -R u=rwX,go=rX "$root"
    chmod 1777 "$root/tmp"
    pack -C "$root" . >"$dist/image-$architecture.tar.gz"
    cp packaging/Dockerfile "$dist/"
}

rm -rf "$dist"
mkdir -p "$dist"
parts=$(mktemp -d)
trap 'rm -rf "$parts"' EXIT
packaging/notices.sh >"$dist/NOTICES.txt"
for target in "$@"; do
    aim "$target"
    if [ -z $quick ] && [ "$target" = x86_64-unknown-linux-gnu ]; then in_order; else build; fi
    archive
    case $target in
        *-linux-*) packages && image ;;
    esac
done
packaging/manifests.sh "$dist"
