#!/bin/sh
# Makes this machine able to build, run and test Framewise:
#   1. Go, in the version that go.mod asks for: looked at, never installed;
#   2. GStreamer, its headers and a C compiler: the missing packages, by apt-get;
#   3. ONNX Runtime's library: into the user's data folder, nothing global.
# What is there already is left alone, so the second run does nothing.
# ORT_LIB=/path/to/libonnxruntime.so: use that library and fetch none.
set -eu
cd "$(dirname "$0")/.."

# gstreamer1.0-plugins-bad: h264parse. -ugly: x264enc, which makes the tests' videos. -libav: decoders.
packages="gcc libc6-dev pkg-config ca-certificates curl
  libgstreamer1.0-dev libgstreamer-plugins-base1.0-dev gstreamer1.0-tools
  gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad
  gstreamer1.0-plugins-ugly gstreamer1.0-libav"

# The same version as onnxruntime_go's in go.mod: change both together.
ort_version=1.27.0
ort_package=onnxruntime-node
ort_package_sha512=404cc6c2bbcd060bf8b8f55d9db1ec3861b81ba4fdea676570523c68028f8cc53cc0e3e956870f5dbea4dd01a46996a0553bf61bd0679dba3a67725d5ebd5f43
case $(uname -m) in
x86_64) ort_arch=x64 ort_sha256=d8aff4aa8abee8fb2abb2f2f2459ffc94461e781e41b9f7c072829dd0d470221 ;;
aarch64) ort_arch=arm64 ort_sha256=c36bc200e7e6c093b8abb0b34590fbdd8c52fd3fb5e33795b9523ffdde2fce0f ;;
*) ort_arch='' ort_sha256='' ;;
esac
ort_library=${FRAMEWISE_HOME:-${XDG_DATA_HOME:-$HOME/.local/share}/framewise}/onnxruntime/$ort_version/libonnxruntime.so.1

scratch=''
log=''
trap 'rm -rf ${scratch:+"$scratch"} ${log:+"$log"}' EXIT
trap 'exit 130' INT TERM

say() { echo "setup: $*"; }
die() {
	echo "setup: $1" >&2
	shift
	[ $# = 0 ] || printf '  %s\n' "$@" >&2
	exit 1
}

check_go() {
	command -v go >/dev/null || die \
		"Go is missing. Framewise needs $(sed -n 's/^go //p' go.mod) or newer: https://go.dev/doc/install" \
		"If it is installed, put its bin folder into PATH."
	# go itself compares its version with go.mod's, and fetches a newer one where GOTOOLCHAIN lets it.
	complaint=$(go list -m 2>&1) || die "this Go cannot build Framewise:" "$complaint" \
		"Install Go $(sed -n 's/^go //p' go.mod) or newer: https://go.dev/doc/install"
}

missing_packages() {
	wanted=$packages
	# Without npm, node-registry-url tells the registry's address: 20 packages, where Debian's npm is 378.
	if [ -n "$fetch_ort" ] && ! command -v npm >/dev/null; then
		wanted="$wanted node-registry-url"
	fi
	# shellcheck disable=SC2086 # a list of words
	installed=$(dpkg-query -W -f '${Package}:${db:Status-Status} ' $wanted 2>/dev/null || true)
	for package in $wanted; do
		case " $installed" in
		*" $package:installed "*) ;;
		*) printf '%s ' "$package" ;;
		esac
	done
}

ort_in_place() {
	[ -f "$ort_library" ] && echo "$ort_sha256  $ort_library" | sha256sum -c --status -
}

install_packages() {
	line="apt-get update && apt-get install -y --no-install-recommends $missing"
	as_root=''
	if [ "$(id -u)" != 0 ]; then
		command -v sudo >/dev/null || die "packages are missing, and only root can install them. As root, run" \
			"" "$line" "" "and then make setup again, as yourself."
		as_root=sudo
	fi
	apt="$as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120"
	log=$(mktemp)
	# shellcheck disable=SC2086 # $apt and $missing are lists of words
	{
		$apt update >"$log" 2>&1 || failed_apt
		$apt install --assume-no --no-install-recommends $missing 2>/dev/null </dev/null |
			sed -n 's/^\(.* newly installed\|Need to get\|After this operation\)/setup:   &/p' || true
		$apt install -y --no-install-recommends $missing >>"$log" 2>&1 </dev/null || failed_apt
	}
}

failed_apt() {
	grep '^[EW]:' "$log" | head -n 8 >&2
	die "apt-get failed. Is the network up? On Ubuntu, is the component universe enabled? The line was" "$line"
}

fetch_onnxruntime() {
	# Beside its destination, so that the last step is one rename within a file system.
	mkdir -p "$(dirname "$ort_library")"
	scratch=$(mktemp -d "$(dirname "$ort_library")/.setup.XXXXXX")
	say "downloading $ort_package $ort_version (101 MB) ..."
	tgz=$scratch/$ort_package-$ort_version.tgz
	if command -v npm >/dev/null; then
		(cd "$scratch" && npm pack --ignore-scripts --loglevel=error --cache "$scratch/cache" \
			"$ort_package@$ort_version" >/dev/null) || failed_fetch "npm pack"
	else
		registry=$(registry_address) || failed_fetch "asking for the registry's address"
		curl -fsSL --retry 3 --connect-timeout 20 -o "$scratch/about.json" \
			"$registry$ort_package/$ort_version" || failed_fetch "asking the registry"
		address=$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1])).dist.tarball' \
			"$scratch/about.json") || failed_fetch "reading the registry's answer"
		curl -fsSL --retry 3 --connect-timeout 20 -o "$tgz" "$address" || failed_fetch "downloading"
	fi
	echo "$ort_package_sha512  $tgz" | sha512sum -c --status - ||
		die "$ort_package $ort_version is not the file it should be (sha512): nothing was installed"
	tar -xzf "$tgz" -O "package/bin/napi-v6/linux/$ort_arch/libonnxruntime.so.1" >"$scratch/library"
	echo "$ort_sha256  $scratch/library" | sha256sum -c --status - ||
		die "the library in $ort_package is not the file it should be (sha256): nothing was installed"
	chmod 644 "$scratch/library"
	mv "$scratch/library" "$ort_library"
	say "$ort_library is in place"
}

# The address that npm would use, from the user's npm settings or npm's default, without npm.
registry_address() {
	# Node looks for a module's own imports beside its path, not in Debian's folder: hence the links.
	ln -s /usr/share/nodejs "$scratch/node_modules"
	echo 'import registryUrl from "registry-url"; console.log(registryUrl());' >"$scratch/address.mjs"
	node --preserve-symlinks --preserve-symlinks-main "$scratch/address.mjs"
}

failed_fetch() {
	die "ONNX Runtime could not be fetched ($1 failed). Is the network up?" \
		"Or give a library of your own, version $ort_version: ORT_LIB=/path/to/libonnxruntime.so make setup"
}

check_go

fetch_ort=''
if [ -n "${ORT_LIB:-}" ]; then
	[ -r "$ORT_LIB" ] || die "ORT_LIB=$ORT_LIB: there is no such file"
elif [ -z "$ort_arch" ]; then
	die "ONNX Runtime is not packaged for $(uname -m): build it, and name the library in ORT_LIB"
elif ! ort_in_place; then
	fetch_ort=yes
fi

missing=''
if command -v apt-get >/dev/null; then
	missing=$(missing_packages)
elif ! pkg-config --exists gstreamer-1.0 gstreamer-video-1.0 2>/dev/null; then
	die "this is neither Debian nor Ubuntu. Install what these packages are called here:" "$packages"
fi

if [ -z "$missing$fetch_ort" ]; then
	say "nothing to do"
	exit 0
fi

[ -z "$missing" ] || say "will install these packages and what they need: $missing"
[ -z "$fetch_ort" ] || say "will put ONNX Runtime $ort_version (38 MB) at $ort_library"
[ -z "$missing" ] || install_packages
[ -z "$fetch_ort" ] || fetch_onnxruntime
say "done"
