#!/bin/sh
# Installs what the tests need and the machine lacks: PostgreSQL with PostGIS, Chromium, a C
# compiler; QGIS with the argument "qgis". As root on Debian or one of its children; anywhere else it says what is missing.
set -eu

missing=""
need() { # need PACKAGE FILE-PATTERN…: any one of the files will do
    package=$1
    shift
    for file in "$@"; do
        # Unquoted: a pattern.
        for found in $file; do [ -e "$found" ] && return 0; done
    done
    missing="$missing $package"
}

on_path() { command -v "$1" || echo /nonexistent; }

need postgresql "/usr/lib/postgresql/*/bin/initdb" "$(on_path initdb)"
need postgresql-postgis "/usr/share/postgresql/*/extension/postgis.control" \
    "$(pg_config --sharedir 2>/dev/null || echo /nonexistent)/extension/postgis.control"
need pgbouncer /usr/sbin/pgbouncer "$(on_path pgbouncer)"
need gcc "$(on_path cc)"
need chromium /usr/bin/chromium
[ "${1:-}" != qgis ] || need python3-qgis /usr/lib/python3/dist-packages/qgis/core
for tool in cargo npm; do
    command -v "$tool" > /dev/null || {
        echo "make test: $tool is missing; install Rust (rustup.rs) and Node.js 20 or later" >&2
        exit 1
    }
done

[ -z "$missing" ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
    echo "make test needs these Debian packages, or their like:$missing" >&2
    exit 1
fi
echo "installing:$missing"
# The tests start a cluster of their own: none of the system's is wanted.
mkdir -p /etc/postgresql-common/createcluster.d
echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.d/tuilerie-tests.conf
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# Unquoted: a list of words.
apt-get install -qq --no-install-recommends $missing > /dev/null
