#!/bin/sh
# Runs a command in a network namespace of its own, with loopback and one interface that leads nowhere, sotto0.
# Firefox sends no media over loopback, only from where a default route begins. And browser tests may talk to no other
# machine: here there is none.
# Needs iproute2, and root or user namespaces.
set -eu
[ "$(id -u)" = 0 ] || map=--map-root-user
# shellcheck disable=SC2016 # the inner shell expands its own arguments
exec unshare ${map-} --net sh -euc '
  ip link set lo up
  ip link add sotto0 type veth peer name sotto1
  ip addr add 198.51.100.1/24 dev sotto0
  ip link set sotto0 up
  ip link set sotto1 up
  ip route add default dev sotto0
  exec "$@"
' sh "$@"
