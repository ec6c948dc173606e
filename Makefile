# The two commands are `make chat` and `make test`; each sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
Q ?=

.PHONY: chat ask test check bench chaos pictures setup lock clean

chat: $(VENV)/.ready  ## Set everything up and chat in the terminal
	@$(BIN)/sova models fetch --if-needed
	@$(BIN)/sova index || true  # what could not be read was said, and the rest is there
	@$(BIN)/sova chat

export Q
ask: $(VENV)/.ready  ## make ask Q="How much memory does a 7B model need?"
	@$(BIN)/sova models fetch --if-needed
	@$(BIN)/sova index >&2 || true
	@$(BIN)/sova ask -- "$$Q"

test: check  ## Every check and every test
	for model in smollm2-135m multilingual-e5-small all-minilm-l6-v2; do $(BIN)/sova models fetch $$model || exit; done
	$(BIN)/python -m pytest --numprocesses logical --maxprocesses 4 --dist loadfile

check: $(VENV)/.ready-dev  ## Style, types, the rules between rooms, the deployment files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/hadolint Dockerfile deploy/ollama.Dockerfile

bench: $(VENV)/.ready-dev  ## Ratios within one run: docs/benchmarks.md and docs/benchmarks.json
	for model in smollm2-135m multilingual-e5-small all-minilm-l6-v2; do $(BIN)/sova models fetch $$model || exit; done
	$(BIN)/python -m tests.benchmarks

chaos: $(VENV)/.ready-dev  ## Kill processes in the middle of thousands of turns: docs/reliability.md
	$(BIN)/python -m tests.chaos

pictures: $(VENV)/.ready-dev  ## Draw docs/pictures anew, from real answers (needs Chromium)
	for model in qwen2.5-coder-1.5b multilingual-e5-small all-minilm-l6-v2; do $(BIN)/sova models fetch $$model || exit; done
	$(BIN)/python -m tests.pictures

setup: $(VENV)/.ready

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Sova needs Python 3.11 or newer; 'make PYTHON=python3.12 …' names another one."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "Python's venv module is missing; on Debian and Ubuntu: apt install python3-venv"; rm -rf $(VENV); exit 1; }

$(VENV)/.ready: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing the locked dependencies into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.ready-dev: tests/requirements.lock $(VENV)/.ready
	@echo "Installing what the tests and checks need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/requirements.lock
	@touch $@

lock:  ## Pin again after pyproject.toml changed (needs uv)
	uv pip compile --universal --generate-hashes --no-header --output-file requirements.lock pyproject.toml
	uv pip compile --universal --generate-hashes --no-header --group dev --constraint requirements.lock \
	  --output-file tests/requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) build *.egg-info
