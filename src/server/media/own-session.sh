#!/bin/sh
# Runs the media worker in a session of its own, so that a Ctrl-C in the router's terminal is the router's alone:
# it lets calls finish, and a worker that got the signal would cut them.
exec setsid "$MEDIASOUP_WORKER_BIN" "$@"
