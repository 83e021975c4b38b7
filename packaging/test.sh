#!/usr/bin/env bash
# A release as people meet it: what `release.sh --quick` makes is unpacked or installed on systems where nothing else
# is, and run there. As root, on Debian, with the programs of `tools`; a few minutes. Every package is installed into a folder.
set -Eeuo pipefail
cd "$(dirname "$0")/.."
export PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# What a machine does not have, or does not allow, is no fault of a release.
untried() { echo "not tried: $*" && exit 77; }
tools=(cargo-auditable cargo-deb cargo-generate-rpm debootstrap ip jq python3 readelf rpm unshare)
for tool in "${tools[@]}"; do
    command -v "$tool" >/dev/null || untried "$tool is not installed"
done
unshare --net --mount sh -c 'mount -t proc proc /proc && ip link set lo up' || untried "there are no namespaces to be had"
work=$(mktemp -d)
trap 'echo "failed at line $LINENO: $BASH_COMMAND"' ERR
trap 'umount -q "$work"/*/proc || true; rm -rf "$work"' EXIT
# Each of these is there.
there() { for file in "$@"; do [ -e "$file" ]; done; }
passed=0
passed() { passed=$((passed + 1)) && echo "ok $*"; }

# Two systems, of which nothing is known but that they are Debian and find names in one more way: they are laid
# while the release is built.
for suite in bullseye bookworm; do
    debootstrap --variant=minbase --include=libnss-myhostname $suite "$work/$suite" >"$work/$suite.log" 2>&1 &
done
packaging/release.sh --quick
version=$(cargo pkgid | sed 's/.*[#@]//')
target=$(rustc -vV | sed -n 's/^host: //p')
dist=$PWD/target/dist
name=hookprint-$version-$target
wait -n && wait -n || { tail "$work"/*.log && untried "there is no Debian to be had"; }

# What every running system has.
alive() {
    mkdir -p "$1/proc" "$1/dev"
    mount -t proc proc "$1/proc"
    [ -e "$1/dev/null" ] || mknod -m 666 "$1/dev/null" c 1 3
}
for suite in bullseye bookworm; do
    alive "$work/$suite"
done

# Runs there as nobody in particular, with nothing in the environment.
chroot=$(command -v chroot)
alone() {
    local root=$1
    shift
    env -i "$chroot" --userspec=65532:65532 "$root" "$@"
}

# What a section of docs/install.md says, done there by its administrator in the folder of the release.
follow() {
    local root=$1 commands
    commands=$(sed -n "/^## $2\$/,/^## /{/^\`\`\`sh\$/,/^\`\`\`\$/{/^\`\`\`/!p}}" docs/install.md)
    [ "$commands" ] || { echo "docs/install.md has no commands for $2" && return 1; }
    mkdir -p "$root/opt/release"
    cp "$dist"/*.tar.gz "$dist"/*.deb "$dist/SHA256SUMS" "$root/opt/release/"
    env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        "$chroot" "$root" sh -euc "cd /opt/release; $commands" >/dev/null
}

(cd "$dist" && sha256sum --check --quiet SHA256SUMS)
cp "$dist/SHA256SUMS" "$work/first"
packaging/release.sh --quick
diff "$work/first" "$dist/SHA256SUMS"
passed "the sums are right, and those of a release that is made again are the same"

tar -xzf "$dist/$name.tar.gz" -C "$work"
program=$work/$name/hookprint
for part in completions man README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE; do
    diff -r "$part" "$work/$name/$part"
done
for crate in $(jq -r '.components[].name' "$dist/$name.cdx.json"); do
    grep -q "^$crate v" "$work/$name/NOTICES.txt"
done
readelf --wide --sections "$program" | grep ' \.dep-v0 ' >/dev/null
! readelf --wide --program-headers "$program" | grep INTERP || false
passed "the archive has pages, completions and licences, and a program that no loader has to complete"

mkdir "$work/releases"
ln -s "$dist" "$work/releases/v$version"
env RUNNER_OS=Linux RUNNER_ARCH="$([[ $target = x86_64-* ]] && echo X64 || echo ARM64)" RUNNER_TEMP="$work" \
    GITHUB_PATH="$work/path" FROM="file://$work/releases" VERSION="$version" SHA256= contrib/action/fetch.sh |
    diff - <(echo "hookprint $version")
passed "the action of GitHub takes the archive by its sum"

mkdir "$work/home"
env -i "$program" --version | diff - <(echo "hookprint $version")
env -i HOME="$work/home" "$program" demo >/dev/null
[ -z "$(ls -A "$work/home")" ]
for suite in bullseye bookworm; do
    root=$work/$suite
    follow "$root" Archive
    alone "$root" /usr/local/bin/hookprint demo >/dev/null
    diff <(ls man/*.1) <(cd "$root/usr/local/share" && ls man/man1/*.1 | sed 's:man1/::')
    rm -r "$root/usr/local/share/man/man1" "$root/usr/local/share/man/man5"
done
passed "the archive is installed on Debian 11 and 12, and runs for a user without home and environment"

# Everything there but what changes by itself.
listed() { find "$1" \( -path "$1/proc" -o -path "$1/var" -o -path "$1/opt" \) -prune -o -print | sort; }

for suite in bullseye bookworm; do
    root=$work/$suite
    mv "$root/usr/local/bin/hookprint" "$root/opt/"
    listed "$root" >"$work/before"
    follow "$root" "Debian and Ubuntu"
    alone "$root" /usr/bin/hookprint demo >/dev/null
    there "$root"/usr/share/man/{man1/hookprint-verify.1,man5/hookprint-schemes.5}.gz
    cmp completions/hookprint.bash "$root/usr/share/bash-completion/completions/hookprint"
    cmp completions/_hookprint "$root/usr/share/zsh/vendor-completions/_hookprint"
    chroot "$root" dpkg --purge hookprint >/dev/null
    listed "$root" | diff "$work/before" -
done
passed "the .deb is installed on Debian 11 and 12, runs, and leaves nothing when it is removed"

root=$work/rpm
mkdir -p "$root/tmp"
chmod 1777 "$root/tmp"
alive "$root"
rpm --root "$root" --initdb
rpm --root "$root" --install "$dist"/*.rpm
rpm --root "$root" --verify hookprint
alone "$root" /usr/bin/hookprint demo >/dev/null
there "$root"/usr/share/{man/man1/hookprint-verify.1,licenses/hookprint/NOTICES.txt}
[ -z "$(rpm --root "$root" --query --requires hookprint | sed '/^rpmlib(/d')" ]
passed "the .rpm is installed where nothing else is, asks for nothing, and runs"

root=$work/image
mkdir "$root"
tar -xzf "$dist"/image-*.tar.gz -C "$root"
alive "$root"
alone "$root" /usr/bin/hookprint demo >/dev/null
size=$(du --one-file-system --bytes --summarize "$root" | cut -f 1)
[ "$size" -le 16000000 ] || { echo "the container image has $size bytes" && false; }
passed "the container image runs as its user, and has $size bytes of 16,000,000"

# In a network of its own: what a name is, says a name server, or the file of hosts. The system would also ask a
# library that is made for another C library than the program has inside.
root=$work/bullseye
grep -q '^hosts:.*myhostname' "$root/etc/nsswitch.conf"
echo 'nameserver 127.0.0.1' >"$root/etc/resolv.conf"
echo '127.0.0.1 other.example' >"$root/etc/hosts"
unshare --net bash -euo pipefail -s "$root" "$work" "$chroot" <<'END'
ip link set lo up
tool() { timeout 60 env -i "$chroot" --userspec=65532:65532 "$root" /opt/hookprint "$@"; }
root=$1 work=$2 chroot=$3
tool mint /tmp/pki --name hooks.example >/dev/null 2>&1
timeout 60 python3 packaging/responder.py >"$work/dns" &
tool listen --addr 127.0.0.1:8443 --cert /tmp/pki/server.pem --key /tmp/pki/server.key >"$work/listen" 2>&1 &
trap 'kill $(jobs -p)' EXIT
for _ in {1..100}; do
    [ -s "$work/dns" ] && [ -s "$work/listen" ] && break || sleep 0.1
done
for host in hooks.example other.example; do
    tool thumbprint $host:8443 --servername hooks.example --ca /tmp/pki/ca.pem >/dev/null
done
code=0
tool thumbprint no.example:8443 >/dev/null || code=$?
[ $code = 3 ]
END
passed "names are found in the DNS and in the file of hosts"

manifests=$work/manifests
mkdir "$manifests"
cp "$dist"/*.tar.gz "$manifests/"
for other in hookprint-"$version"-{{aarch64,x86_64}-apple-darwin,aarch64-unknown-linux-gnu,x86_64-unknown-linux-gnu}.tar.gz \
    hookprint-"$version"-x86_64-pc-windows-gnu.zip; do
    [ -e "$manifests/$other" ] || echo "$other" >"$manifests/$other"
done
packaging/manifests.sh "$manifests"
while read -r sum archive; do
    case $archive in
        *.zip) jq -e --arg sum "$sum" --arg name "$archive" \
            '.architecture."64bit" | .hash == $sum and (.url | endswith("/" + $name))' "$manifests/hookprint.json" >/dev/null ;;
        hookprint-*) grep -A 1 "/$archive\"$" "$manifests/hookprint.rb" | grep "sha256 \"$sum\"" >/dev/null ;;
    esac
done <"$manifests/SHA256SUMS"
passed "formula and manifest name each archive with its sum"

echo "packaging: $passed passed, 0 failed"
