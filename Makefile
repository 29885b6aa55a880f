# The few verbs of the project. `make` alone lists them.

.DEFAULT_GOAL := help
.PHONY: help demo test test-viewer test-qgis check-sample check-faults check-labels check-crs lint bench compare compare-large \
	compare-drawing storm \
	soak fuzz viewer screenshots requirements render-score golden drawn

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

demo: viewer ## From clone to map: the made-up commune on http://127.0.0.1:3000
	cargo run --release -- demo

test: requirements viewer lint ## Everything that must hold, installing what is missing
	cargo test
	$(MAKE) --no-print-directory test-viewer

# In a browser, against the binary that `cargo test` built; TUILERIE names another.
test-viewer: viewer docs/examples/node_modules/.package-lock.json
	cd viewer && npm run --silent test

# Debian's, for which its python3-qgis is.
PYTHON_QGIS ?= /usr/bin/python3
test-qgis: viewer ## Whether QGIS draws the styles as MapLibre GL JS does; makes target/images/qgis-*.png (a few minutes)
	@tests/requirements.sh qgis
	cargo build
	$(PYTHON_QGIS) tests/qgis/compare.py $(QGIS_STYLES)

check-sample: ## Whether overviews keep the areas of a land cover of your own: SAMPLE=FILE
	SAMPLE="$(abspath $(SAMPLE))" cargo test --test promises overviews_coverage::sample -- --ignored

# Inputs that others tripped over, a folder a kind; no part of this repository.
FAULTS ?= ../shared/faults
check-faults: ## Whether each file of a folder of faults gives what is right: FAULTS=FOLDER
	FAULTS="$(abspath $(FAULTS))" cargo test --test promises check_faults -- --ignored --nocapture

check-labels: ## Whether a thousand pairs of neighbouring tiles are, pixel for pixel, one drawing (some minutes)
	cargo test --test promises labels_across_tiles -- --include-ignored --nocapture

# A folder with PROJ's database alone: without grids its answers are everywhere the same.
PROJ_DB ?= /usr/share/proj/proj.db
check-crs: ## Whether every coordinate system of PostGIS lies where ST_Transform has it, or is refused (ten minutes)
	folder=$$(mktemp -d) && cp $(PROJ_DB) $$folder/proj.db && chmod -R a+rX $$folder && \
		PROJ_LIB=$$folder PROJ_DATA=$$folder PROJ_DB=$$folder/proj.db \
		cargo test --test promises projections -- --include-ignored --nocapture; \
		status=$$?; rm -rf $$folder; exit $$status

lint: viewer/node_modules/.package-lock.json
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings
	cd viewer && npm run --silent check-styles
	node tests/documents.mjs

bench: ## Speed of loading and of each step of a tile (criterion)
	cargo bench

compare: viewer ## The same work on Tuilerie and on its peers, side by side (an hour)
	cargo build --release
	python3 benches/compare/compare.py

compare-large: viewer ## Whether ten times the data costs a tile more (twenty minutes, 30 GB)
	cargo build --release
	python3 benches/compare/large.py

compare-drawing: viewer ## Drawing against MapLibre Native (pymgl), and the pictures of both and the browser side by side
	cargo build --release
	python3 benches/compare/render.py

storm: viewer ## How soon edits are on the map while others read (five minutes, or STORM="--seconds 60 --edits 20")
	cargo build --release
	python3 benches/compare/storm.py $(STORM)

soak: viewer ## Half an hour of edits and reads, with two kills of the database and one of the server
	cargo build --release
	python3 benches/compare/storm.py --seconds 1800 --kills

# The cases of MapLibre GL, a folder as render-suite/README.md there describes it; no part of this repository.
RENDER_SUITE ?= ../shared/render-suite
RENDERED ?= target/render

render-score: ## How the renderer's pictures agree with the browser's (RENDER_SUITE=FOLDER)
	cargo build --release --example render_suite
	target/release/examples/render_suite $(RENDER_SUITE)/cases.json $(RENDER_SUITE)/cases \
		$(RENDER_SUITE)/assets $(RENDERED)
	mkdir -p $(RENDERED)/score
	cp $(RENDER_SUITE)/score.mjs $(RENDER_SUITE)/package.json $(RENDERED)/score
	cd $(RENDERED)/score && npm install --silent --no-audit --no-fund
	node $(RENDERED)/score/score.mjs $(RENDERED) $(RENDER_SUITE)/cases.json $(RENDER_SUITE)/cases

golden: ## The accepted pictures and the tables of what is drawn, made anew: look at each that changes
	GOLDEN=write cargo test --quiet --test promises -- golden:: supported::
	git status --short tests/golden docs/STYLES.md

fuzz: viewer ## Look for what breaks it (ten minutes, or FUZZ_SECONDS); see fuzz/README.md
	fuzz/openapi.sh
	fuzz/run.sh

viewer: viewer/dist/index.html ## The viewer, as the binary carries it

viewer/dist/index.html: viewer/node_modules/.package-lock.json $(wildcard viewer/*.html viewer/aide/*) \
		$(wildcard viewer/src/* viewer/src/*/*) $(wildcard viewer/*.ts viewer/*.mjs) viewer/tsconfig.json
	cd viewer && npm run --silent build

viewer/node_modules/.package-lock.json: viewer/package.json viewer/package-lock.json
	cd viewer && npm ci --no-audit --no-fund

docs/examples/node_modules/.package-lock.json: docs/examples/package.json docs/examples/package-lock.json
	cd docs/examples && npm ci --no-audit --no-fund

drawn: viewer ## Each shipped style as the server draws it: target/images/drawn-*.png, to be seen beside style-*.png
	cargo build
	cd viewer && node tests/drawn.mjs

screenshots: viewer ## The pictures of documents and of the guide, made anew (poppler-utils); those of overviews with DEPARTEMENT=URL
	cargo build
	cd viewer && node tests/screenshots.mjs && node tests/styles.mjs && node tests/widgets.mjs && node tests/guide.mjs
	$(if $(DEPARTEMENT),cd viewer && node tests/overviews.mjs "$(DEPARTEMENT)")

requirements:
	@tests/requirements.sh
