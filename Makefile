# Two commands are enough: `make run` and `make test`. Both first make what they need.
SHELL := /bin/sh
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
BIN := .venv/bin
STAMP := .venv/.ready

# Another port: the simulator and the product call each other, so each must know the address.
ifdef PORT
ADDRESS := http://127.0.0.1:$(PORT)
run: export HUIYIN_SERVER__PORT := $(PORT)
run: export HUIYIN_SERVER__PUBLIC_URL := $(ADDRESS)
run: export HUIYIN_OFFICIAL_ACCOUNTS__MAIN__API_BASE := $(ADDRESS)
run: export HUIYIN_WECOM__API_BASE := $(ADDRESS)
run: export HUIYIN_WECOM__RESPONSE_URL_BASE := $(ADDRESS)
run: export HUIYIN_WECOM__ROBOTS__MAIN__SOCKET_URL := ws://127.0.0.1:$(PORT)/simulator/socket
DEMO := --url $(ADDRESS)
endif

.PHONY: run test check bench evaluate lexicon demo setup lock format
run: setup
	@$(BIN)/huiyin serve --config bot/simulator/data/config.toml

test: setup
	@$(BIN)/python -m pytest -n 3 --dist loadgroup $(TESTS)

check: setup
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest tests/test_layout.py

bench: setup
	@$(BIN)/python -m benchmarks

evaluate: setup
	@$(BIN)/python -m benchmarks.evaluate $(FILE) $(if $(PLACES),--places $(PLACES))

# After a change of the training corpus, the rules or the thesaurus: fit the weights anew (half a minute).
lexicon: setup
	@$(BIN)/python -m benchmarks.fit

# make demo plays a day; make demo STORY=sewer a story of consultation; make demo STORY=all every one.
demo: setup
	@$(BIN)/huiyin demo $(DEMO) $(if $(STORY),--story $(STORY))

format: setup
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Huiyin needs Python 3.11 or newer: install it (Debian: apt install python3 python3-venv) and run make again." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing: install it (Debian: apt install python3-venv) and run make again." >&2; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	@echo "Preparing .venv (once; a minute or two) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@$(BIN)/pip uninstall --quiet --yes setuptools 2>/dev/null || true
	@touch $@

# The lock names no registry, so any mirror serves it.
lock: setup
	@$(BIN)/pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --extra dev pyproject.toml -o requirements.lock
	@$(BIN)/pip uninstall --quiet --yes uv
