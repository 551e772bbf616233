# Writes a file system like that of debian:bookworm-slim to the standard output (tar). The argument is a folder to make it in.
set -eu
mirror=http://deb.debian.org
debootstrap --variant=minbase bookworm "$1" "$mirror/debian" >&2
cd "$1"
cat > etc/apt/sources.list <<SOURCES
deb $mirror/debian bookworm main
deb $mirror/debian bookworm-updates main
deb $mirror/debian-security bookworm-security main
SOURCES
# As there: apt leaves no caches and fetches no translations, and documentation is left out, except licences.
cat > etc/apt/apt.conf.d/docker-clean <<SETTINGS
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Acquire::Languages "none";
SETTINGS
find usr/share/doc -not -type d -not -name copyright -delete
rm -rf usr/share/man/* usr/share/locale/* usr/share/info/* var/lib/apt/lists/* var/cache/apt/* var/cache/ldconfig/* var/log/*
# This machine's.
: > etc/resolv.conf
: > etc/hostname
tar --create --sort=name --numeric-owner --one-file-system .
