#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Puts janus.js and its WebRTC adapter, unmodified as their npm packages have them, into the web
# pages' folder $1. Never fails the build: without npm the page itself says what is missing.
set -u
cd "$(dirname "$0")" || exit 0
target=$1/vendor
stamp=$target/package-lock.json
if [ -f "$stamp" ] && cmp -s package-lock.json "$stamp" && [ -f "$target/janus.es.js" ]; then
  exit 0
fi
if ! command -v npm >/dev/null 2>&1; then
  echo "npm is not installed: the video chat page will lack janus.js (on Debian: apt-get install npm)" >&2
  exit 0
fi
if ! npm ci --ignore-scripts --omit=dev --no-audit --no-fund --loglevel=error >&2; then
  echo "npm could not fetch janus.js: the video chat page will lack it" >&2
  exit 0
fi
mkdir -p "$target" &&
  cp node_modules/janus-gateway/npm/dist/janus.es.js "$target/" &&
  cp node_modules/webrtc-adapter/out/adapter.js "$target/" &&
  cp package-lock.json "$stamp"
exit 0
