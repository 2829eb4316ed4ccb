# `make` alone lists what can be asked for. Whatever a target needs (virtual environment, packages, compiled
# catalogs) is made first, once, and made again only when the file it comes from has changed.

PYTHON ?= python3
VENV_PYTHON := .venv/bin/python
# The scripts in .venv/bin stop working when the folder is moved, and Babel run with -m keeps its failures to itself.
BABEL := $(VENV_PYTHON) -c 'import sys; from babel.messages.frontend import main; sys.exit(main())' --quiet
CATALOGS := $(wildcard portal/translations/*/LC_MESSAGES/messages.po)
COMPILED := $(CATALOGS:.po=.mo)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help ready run demo demo-reset test check format translations screenshots stress scan bench bench-flat pins

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s%s\n", $$1, $$2 }' Makefile

demo: .venv/app $(COMPILED) ## Fill a sample school and serve it (PORTAL_HOST, PORTAL_PORT)
	@$(VENV_PYTHON) -m portal.demo.serve

demo-reset: .venv/app $(COMPILED) ## The same from the start: what was changed in the demo is lost
	@$(VENV_PYTHON) -m portal.demo.serve --reset

ready: .venv/app $(COMPILED) ## Install what the portal needs, and start nothing

run: .venv/app $(COMPILED) ## Serve a real school: back up, migrate, start (settings: README)
	@$(VENV_PYTHON) -m portal.operations.run

test: .venv/dev $(COMPILED) ## Run all tests; what is skipped is listed with how to enable it
	@$(VENV_PYTHON) -m pytest --numprocesses auto --maxprocesses 4

check: .venv/dev $(COMPILED) ## Check format, code, templates and catalogs
	$(VENV_PYTHON) -m ruff format --check .
	$(VENV_PYTHON) -m ruff check .
	$(VENV_PYTHON) -m djlint --lint --quiet templates

format: .venv/dev ## Format the Python code and mend what can be mended
	$(VENV_PYTHON) -m ruff check --fix .
	$(VENV_PYTHON) -m ruff format .

translations: .venv/app ## Bring the English catalog up to the (Chinese) sentences in code and templates
	@$(BABEL) extract -F pyproject.toml --add-location=file --sort-by-file \
	  --project "homework portal" --copyright-holder "The homework portal authors" -o .venv/messages.pot portal templates
	@$(BABEL) update -i .venv/messages.pot -d portal/translations --locale en --init-missing \
	  --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	@$(MAKE) --no-print-directory portal/translations/en/LC_MESSAGES/messages.mo

screenshots: .venv/dev $(COMPILED) ## Take the pictures of README.md anew (needs Chromium)
	@$(VENV_PYTHON) -m tests.browser.screenshots

stress: .venv/dev $(COMPILED) ## Many writers on the same sheets, and kill -9 in the middle of it, for minutes
	@$(VENV_PYTHON) -m tests.stress.run

scan: .venv/dev $(COMPILED) ## Let wapiti look for holes, as nobody and as each role (needs WAPITI, half an hour)
	@$(VENV_PYTHON) -m tests.scan

bench: .venv/app $(COMPILED) ## Measure the busiest pages against a bare Flask route and nginx (needs wrk)
	@$(VENV_PYTHON) -m bench.run

bench-flat: .venv/app $(COMPILED) ## Compare a small database with one of ten million items (needs wrk, 20 GB, and half an hour)
	@$(VENV_PYTHON) -m bench.flat

pins: .venv/ready ## Pin the newest versions that pyproject.toml allows in requirements*.txt
	@$(PYTHON) -m venv .venv/pins && .venv/pins/bin/python -m pip install --quiet pip-tools
	$(PIN) --output-file requirements.txt pyproject.toml
	$(PIN) --extra dev --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml

# Run it with the oldest Python in use: newer ones need fewer packages, and the pins are for all.
PIN = CUSTOM_COMPILE_COMMAND="make pins" .venv/pins/bin/python -m piptools compile --quiet --upgrade --strip-extras \
  --generate-hashes --no-emit-index-url --no-emit-find-links

# What follows is made when it is needed; nobody asks for it by name.

.venv/ready:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "The portal needs Python 3.11 or newer. Name one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@rm -rf .venv
	@$(PYTHON) -m venv .venv
	@touch $@

define install
	@echo "Installing the packages of $< into .venv ..."
	@$(VENV_PYTHON) -m pip install --no-input --disable-pip-version-check --require-hashes -r $< >.venv/pip.log 2>&1 || { \
	  echo "The packages could not be installed: is the package registry reachable? All pip said is in .venv/pip.log" >&2; exit 1; }
	@touch $@
endef

.venv/app: requirements.txt .venv/ready
	$(install)

.venv/dev: requirements-dev.txt .venv/app
	$(install)

%.mo: %.po | .venv/app
	@$(BABEL) compile --input-file $< --output-file $@
