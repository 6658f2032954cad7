#!/usr/bin/env bash
# Installs what Jishi is built and tested with, or says in one line what is missing. Run by `make`, once for each
# version of this file.
set -euo pipefail

# The window (webkit2gtk, which brings gtk), its driver for tests, a virtual display, the reader of PDF text,
# Chinese characters on the screen, what rusqlite, zstd and webkit are linked with, and the reader of C headers that the
# simulator's disk is built with.
packages=(
  build-essential
  pkg-config
  libwebkit2gtk-4.1-dev
  webkit2gtk-driver
  xvfb
  xauth
  poppler-utils
  fonts-noto-cjk
  libclang-dev
)

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "$@"
  exit 1
}

# Language tools come from their own installers: Debian 12's are too old.
rust_minimum=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
command -v cargo >/dev/null ||
  fail "缺少 Rust：请先按 https://rustup.rs 安装 $rust_minimum 或更新版本。 / Rust is missing: install $rust_minimum or newer, see https://rustup.rs"
rust_version=$(rustc --version | cut -d ' ' -f 2)
[ "$(printf '%s\n' "$rust_minimum" "$rust_version" | sort -V | head -n 1)" = "$rust_minimum" ] ||
  fail "Rust 版本太旧：$rust_version，需要 $rust_minimum。 / Rust $rust_version is too old, $rust_minimum is needed: rustup update stable"
node_minimum=20.19.0
{ command -v node && command -v npm; } >/dev/null ||
  fail "缺少 Node.js：请先按 https://nodejs.org 安装 $node_minimum 或更新版本（带 npm）。 / Node.js is missing: install $node_minimum or newer with npm, see https://nodejs.org"
node_version=$(node --version | tr -d v)
[ "$(printf '%s\n' "$node_minimum" "$node_version" | sort -V | head -n 1)" = "$node_minimum" ] ||
  fail "Node.js 版本太旧：$node_version，需要 $node_minimum。 / Node.js $node_version is too old, $node_minimum is needed: https://nodejs.org"

if ! command -v dpkg-query >/dev/null; then
  say "这不是 Debian 系的系统，请自备以下软件包的对应品： / Not a Debian system; please provide what these are here: ${packages[*]}"
  exit 0
fi

missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" != 0 ]; then
  # Without a terminal nobody could type a password.
  if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    as_root=(sudo)
  else
    fail "请用管理员身份执行： / As root, run: apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
  fi
fi
say "安装系统软件包 / Installing: ${missing[*]}"
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq update
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
