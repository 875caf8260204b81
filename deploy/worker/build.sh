#!/usr/bin/env bash
# Builds mediasoup's media worker from the source in its npm package, for machines that cannot download a prebuilt one.
#
#   build.sh MEDIASOUP_DIR OUT_FILE
#
# mediasoup's own build downloads its libraries and its build tool from code-hosting sites. Here Debian supplies them
# all: libraries from its packages (debian-packages lists them), the rest as signed source packages. Root is not needed.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mediasoup=$(realpath "$1")
out=$(realpath -m "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# From Debian 13: meson (Debian 12's is too old for mediasoup), the source of libsrtp2 (the packaged library is built on
# NSS, which is slower than OpenSSL) and that of rspamd (it holds the only packaged unordered_dense.h). They are read with
# lists and a cache of our own, from the mirror that this machine uses; the system's apt configuration stays as it is, and
# apt checks the signatures.
release=$(. /etc/os-release && echo "$VERSION_CODENAME")
# shellcheck disable=SC2016 # these are apt's variables
mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(CODENAME)' |
  awk -v release="$release" '($2 == release || $3 == release) && !found++ { print $1 }')
if [ -z "$mirror" ]; then
  echo 'apt-get has no package lists: as root, run "apt-get update" once.' >&2
  exit 1
fi
mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial" "$work/sources"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
printf '%s\n' "deb [signed-by=$keyring] $mirror trixie main" "deb-src [signed-by=$keyring] $mirror trixie main" \
  > "$work/apt/sources.list"
trixie() {
  apt-get -q -o Dir::Etc::SourceList="$work/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::State::Lists="$work/apt/lists" -o Dir::Cache="$work/apt/cache" -o APT::Sandbox::User="$(id -un)" "$@"
}
cd "$work/sources"
trixie update
trixie download meson
trixie source --download-only --tar-only libsrtp2 rspamd

# The worker's source, with our stand-ins in the place of its downloads.
worker=$work/worker
cp -r "$mediasoup/worker" "$worker"
rm "$worker"/subprojects/*.wrap
sed -i -E "/'(build_tests|build_benchmarks|crypto-library|crypto-library-kdf|tests)=/d" "$worker/meson.build" # not for Debian's
cp -r "$here"/stand-ins/* "$worker/subprojects"
mkdir "$worker/subprojects/libsrtp2"
tar xf libsrtp2_*.tar.* -C "$worker/subprojects/libsrtp2" --strip-components=1
tar xf rspamd_*.tar.* -C "$worker/subprojects/unordered_dense" --strip-components=2 --wildcards '*/contrib/ankerl'
dpkg-deb -x meson_*.deb "$work/meson"
meson=$work/meson/usr/lib/python3/dist-packages/meson.py
mv "$work/meson/usr/bin/meson" "$meson" # beside its modules, where it finds them without being installed
patch -d "$worker" -p1 < "$here/dtls-without-ktls.patch"

# It parses what strangers send: built hardened, as Debian builds its own network services.
export CFLAGS='-fstack-protector-strong -D_FORTIFY_SOURCE=2' LDFLAGS='-Wl,-z,relro,-z,now'
export CXXFLAGS=$CFLAGS
# mediasoup's built-in bandwidth estimation (ms_use_builtin_bwe) is a stub in 3.27; libwebrtc's is the working one.
python3 "$meson" setup "$work/build" "$worker" --buildtype=release -Db_ndebug=true -Db_pie=true \
  --wrap-mode=nodownload -Dms_use_builtin_bwe=false
nice ninja -C "$work/build" -j "$(nproc)" mediasoup-worker
strip -o "$out" "$work/build/mediasoup-worker"
