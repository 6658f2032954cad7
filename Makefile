# What there is to do with Jishi. `make help` lists it.

SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

# Where `make run` keeps its till. Delete the folder to begin anew. Tests have folders of their own.
run: export JISHI_DATA ?= $(CURDIR)/run/till

STAMPS := target/stamps
# The guide and its pictures are among the window's pages.
UI_SOURCES := $(shell find ui/src ui/public -type f 2>/dev/null) $(wildcard ui/*.html ui/*.json ui/*.ts ui/*.js) \
	docs/guide.md $(wildcard docs/screens/*.png)

# One profile and one set of features in every command: another would build everything twice, and a window test
# could then drive the wrong program.
CARGO_SET := --workspace --locked
VIRTUAL_DISPLAY := xvfb-run -a -s "-screen 0 1366x768x24"
NEXTEST := $(shell command -v cargo-nextest >/dev/null 2>&1 && echo yes)
ifeq ($(NEXTEST),yes)
CARGO_TEST := cargo nextest run $(CARGO_SET)
FUZZ_TESTS := $(CARGO_TEST) -E 'binary(server) & test(/^fuzz::/)' --success-output final
FAST_TESTS := $(CARGO_TEST) -E 'package(jishi-domain) + package(jishi-journal) + binary(arrows) + binary(scripts) + binary(demo_fair)'
else
CARGO_TEST := cargo test $(CARGO_SET) --lib --bins --tests
FUZZ_TESTS := cargo test $(CARGO_SET) --test server fuzz:: -- --nocapture
FAST_TESTS := cargo test $(CARGO_SET) --lib --test domain --test arrows --test scripts --test demo_fair
endif

.PHONY: help setup ui build run test check bench sim sim-long fuzz mutants pictures

help: ## 列出可以做的事 / this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

setup: $(STAMPS)/system ui/node_modules/.installed ## 装好缺少的东西 / install what is missing

$(STAMPS)/system: scripts/setup.sh
	@scripts/setup.sh
	@mkdir -p $(@D) && touch $@

# The stamp lies in node_modules, so that it goes when they go.
ui/node_modules/.installed: ui/package.json ui/package-lock.json | $(STAMPS)/system
	cd ui && npm ci --include=dev --no-audit --no-fund
	@touch $@

ui: ui/dist/index.html

ui/dist/index.html: $(UI_SOURCES) ui/node_modules/.installed
	cd ui && npm run build
	@touch $@

# The window's files are compiled into the program, so they are built before cargo looks.
build: setup ui/dist/index.html ## 编译全部程序 / build all programs
	cargo build $(CARGO_SET)

run: build ## 打开收银台；没有显示器时自动演示一单 / open the till; without a display, play one sale
	@if [ -n "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ]; then \
		exec target/debug/jishi-desktop; \
	else \
		exec scripts/demo_sale.sh; \
	fi

# All under a virtual display, with a desktop too: tests that open windows must not get in anybody's way. They drive
# the very programs that `make run` starts, so those are built first.
test: build ## 全部测试 / every test
	cd ui && npx svelte-check --tsconfig ./tsconfig.json --fail-on-warnings
	cd ui && npm test
	env -u JISHI_DATA $(VIRTUAL_DISPLAY) $(CARGO_TEST)

check: setup ui/dist/index.html ## 格式、静态检查、快的测试 / formats, lints, fast tests
	cargo fmt --all --check
	cargo clippy $(CARGO_SET) --all-targets -- -D warnings
	@if command -v cargo-deny >/dev/null; then cargo deny --locked check licenses sources bans; \
		else echo 'cargo-deny 未安装，跳过许可证检查 / no cargo-deny here: licences are not checked'; fi
	cd ui && npm run check
	cd ui && npm test
	$(FAST_TESTS)

# What the push of sales is measured against. Where there is no node, or no network, its figure is left out.
PEER := crates/server/benches/peer
$(PEER)/node_modules/.installed: $(PEER)/package.json $(PEER)/package-lock.json
	cd $(PEER) && npm ci --no-audit --no-fund && touch node_modules/.installed

bench: setup ui/dist/index.html ## 性能，与同一次运行的底线相比 / speed, against floors measured in the same run
	-$(MAKE) $(PEER)/node_modules/.installed
	cargo bench $(CARGO_SET) --no-fail-fast --bench '*'
	cargo build $(CARGO_SET) --release
	$(VIRTUAL_DISPLAY) target/release/measure-done
	$(VIRTUAL_DISPLAY) target/release/measure-scan
	$(VIRTUAL_DISPLAY) target/release/measure-memory
	$(VIRTUAL_DISPLAY) target/release/measure-start

# Its own release build: `SEED=n` plays one seed again, `SEEDS=n FROM=m` runs others.
sim: setup ## 模拟：断电、断网、备份恢复、克隆……SEEDS=2000 / the simulator; SEED=n plays one again
	cargo run --release --locked --package jishi-sim --bin sim

sim-long: setup ## 模拟几个小时，不在 CI 里 / the simulator for hours, not in CI
	LARGE=5 cargo run --release --locked --package jishi-sim --bin sim
	SEEDS=$${SEEDS:-50000} FROM=$${FROM:-10000} cargo run --release --locked --package jishi-sim --bin sim

# The same targets run for a moment in `make test`. SECONDS is bash's own, so the time goes by another name.
fuzz: export JISHI_FUZZ_SECONDS := $(or $(EACH),60)
fuzz: export JISHI_FUZZ_SEED ?= $(shell date +%s)
fuzz: setup ui/dist/index.html ## 喂坏数据：每个解码器 EACH=60 秒 / bent bytes for every decoder, EACH=60 seconds
	@echo "JISHI_FUZZ_SEED=$$JISHI_FUZZ_SEED"
	$(FUZZ_TESTS)

pictures: build ## 各页的图，三种语言、日夜两色，放到 docs/screens / pictures of the pages, by language and theme
	env -u JISHI_DATA $(VIRTUAL_DISPLAY) target/debug/pictures docs/screens

mutants: setup ## 变异测试：规则与链，不在 CI 里 / mutation tests of the rules and the chain, not in CI
	@command -v cargo-mutants >/dev/null || cargo install cargo-mutants --locked
	PROPTEST_CASES=$${PROPTEST_CASES:-48} cargo mutants --package jishi-domain --package jishi-journal --output target
