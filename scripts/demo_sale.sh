#!/usr/bin/env bash
# Without a display: plays one sale through the real window on a virtual one, and says where its pictures, its
# receipt and its report are.
set -euo pipefail
cd "$(dirname "$0")/.."

: "${JISHI_DATA:=$PWD/run/till}"
export JISHI_DATA
mkdir -p "$(dirname "$JISHI_DATA")"
echo '没有显示器：在虚拟屏幕上演示一单。/ No display: one sale is played on a virtual one.'
exec xvfb-run -a -s "-screen 0 1366x768x24" target/debug/play-one-sale
