# make brief   set up and brief the sample article with the embedded model
# make daily   set up and make a daily brief of packaged sample news with the embedded model
# make test    set up and run all tests
# Everything is installed into .venv; weights go to the user's cache folder.

PYTHON ?= python3
ARGS ?=
ONLY ?=
K ?= 3
REASON ?=
export PIP_NO_CACHE_DIR = 1
export PIP_DISABLE_PIP_VERSION_CHECK = 1
BIN = .venv/bin
INSTALL = $(BIN)/python -m pip install --quiet --require-hashes --requirement
EDITABLE = $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .

.PHONY: brief daily test check eval eval-live eval-bless browser format lock clean

brief: .venv/run.done
	$(BIN)/summarizer brief docs/sample-article.txt $(ARGS)

daily: .venv/run.done
	$(BIN)/python docs/sample_news.py $(ARGS)

test: .venv/dev.done browser
	$(BIN)/pytest $(ARGS)

check: .venv/dev.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m evals check
	$(BIN)/python docs/check_readme.py

eval: .venv/dev.done
	$(BIN)/python -m evals run $(if $(ONLY),--only $(ONLY)) $(ARGS)

# Asks the model K times over; nothing is replayed.
eval-live: .venv/dev.done
	$(BIN)/python -m evals live --repeats $(K) $(if $(ONLY),--only $(ONLY)) $(ARGS)

# The run becomes what later ones are compared with.
eval-bless: .venv/dev.done
	$(BIN)/python -m evals bless --reason "$(REASON)" $(ARGS)

browser:
	sh tests/install-browser.sh

format: .venv/dev.done
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Names no index, so that everybody's own is used.
lock: .venv/dev.done
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 pyproject.toml requirements-build.in --output-file requirements.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 pyproject.toml requirements-build.in --extra eval --group dev --output-file requirements-dev.txt

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/run.done: .venv/bin/python requirements.txt pyproject.toml
	$(INSTALL) requirements.txt
	$(EDITABLE)
	touch $@

.venv/dev.done: .venv/bin/python requirements-dev.txt pyproject.toml
	$(INSTALL) requirements-dev.txt
	$(EDITABLE)
	touch $@ .venv/run.done
