#!/bin/sh
# Installs Debian's chromium for the tests of the page; does nothing where a browser is there.
set -eu

for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then
        exit 0
    fi
done

if ! command -v apt-get >/dev/null 2>&1; then
    echo "No chromium was found and there is no apt-get here; install chromium by hand and put it on the PATH." >&2
    exit 1
fi

if [ "$(id -u)" -eq 0 ]; then
    as_root=
elif command -v sudo >/dev/null 2>&1; then
    as_root=sudo
else
    echo "No chromium was found and installing it needs root or sudo; run this script as root." >&2
    exit 1
fi

export DEBIAN_FRONTEND=noninteractive
if ! { $as_root apt-get update && $as_root apt-get install -y --no-install-recommends chromium fonts-dejavu-core; }; then
    echo "apt-get could not install chromium; see its messages above, then run this script again." >&2
    exit 1
fi
