#!/usr/bin/env bash
# What is made of finished archives: `packaging/manifests.sh FOLDER` writes SHA256SUMS, and with the sums in it the
# Homebrew formula and the Scoop manifest. One of an archive that is not in the folder is left out, and that is said.
set -euo pipefail
templates=$(cd "$(dirname "$0")" && pwd)
version=$(cargo pkgid --manifest-path "$templates/../Cargo.toml" | sed 's/.*[#@]//')
cd "$1"

rm -f SHA256SUMS hookprint.rb hookprint.json
sums=$(sha256sum -- *)
printf '%s\n' "$sums" >SHA256SUMS
for template in "$templates"/hookprint.*.in; do
    written=$(sed "s/@VERSION@/$version/g" "$template")
    while read -r target; do
        sum=$(sed -nE "s/  hookprint-$version-$target\.(tar\.gz|zip)$//p" <<<"$sums")
        written=${written//@SHA256 $target@/${sum:-@SHA256 $target@}}
    done < <(sed -n 's/.*@SHA256 \(.*\)@.*/\1/p' "$template")
    name=$(basename "$template" .in)
    case $written in
        *@SHA256*) echo "$name is left out: no archive for $(sed -n 's/.*@SHA256 \(.*\)@.*/\1/p' <<<"$written" | paste -sd ' ')" ;;
        *) printf '%s\n' "$written" >"$name" ;;
    esac
done
