PORT ?= 8000
PYTHON ?= python3
.DEFAULT_GOAL := run
ROUNDS ?= 50
MINUTES ?= 60
.PHONY: help run stack soak test test-one check cover faults mutants fix lock bench demo-reset states docs docs-pictures

help: ## what make can do here
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/p' Makefile | expand -t 22

run: .venv/.runtime ## the whole of it, with its demo, on http://127.0.0.1:8000
	@unless_given() { grep -qs "^$$1=" .env || eval "export $$1=\$${$$1:-$$2}"; }; \
	unless_given DEBUG 1; unless_given DEMO 1; unless_given SITE_ADDRESS http://127.0.0.1:$(PORT); \
	exec .venv/bin/python manage.py up --port $(PORT)

stack: .venv/.dev ## production's layout from docker-compose.yml, without Docker, on https://localhost:8443 until Ctrl-C
	@exec .venv/bin/python tests/stack.py

soak: .venv/.dev ## the stack under light load for MINUTES while its processes are killed: what was lost, twice or late
	@exec .venv/bin/python tests/soak.py --minutes $(MINUTES)

test: .venv/.dev ## static checks, then the tests on SQLite and on PostgreSQL with Redis
	@exec .venv/bin/python tests/run.py

# Nothing of the caller's but the engine, as in `make test`; the database of the last time is kept, and migrated.
test-one: .venv/.dev ## one test, quickly: make test-one T=tests/people/test_trail.py (or …py::test_name, or any of pytest's words)
	@mkdir -p var && exec env -i PATH="$$PATH" HOME="$$HOME" LANG="$$LANG" ENV_FILE=/dev/null VAR_DIR=$(CURDIR)/var/test-one \
	  DATABASE_URL="$$DATABASE_URL" REDIS_URL="$$REDIS_URL" .venv/bin/pytest -q -p no:cacheprovider --reuse-db $(T)

check: .venv/.dev ## the static checks alone
	@exec .venv/bin/python tests/run.py --checks

cover: .venv/.dev ## the tests on SQLite with the lines and branches they reach counted: fewer than 95 in 100 is a failure
	@exec .venv/bin/python tests/run.py --cover

faults: .venv/.dev ## the fault runs alone, ROUNDS times each (the suite runs each a few times)
	@exec .venv/bin/python tests/run.py --marked faults -- --rounds $(ROUNDS) --timeout 0

mutants: .venv/.dev ## small faults put into a rule, and those its tests let through: make mutants FOLDER=audits/grading.py
	@exec .venv/bin/python tests/mutants.py $(FOLDER) $(TESTS)

fix: .venv/.dev ## what the static checks can mend by themselves
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .
	@.venv/bin/djlint --reformat --quiet templates

lock: .venv/.dev ## the lock files again, after a change in pyproject.toml (needs uv)
	@lock() { uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-header \
	  --no-emit-index-url --no-emit-find-links pyproject.toml "$$@"; }; \
	lock -o requirements.txt && lock --extra dev -c requirements.txt -o requirements-dev.txt

bench: .venv/.dev ## the speed table of benchmarks/
	@exec .venv/bin/python benchmarks/run.py

demo-reset: .venv/.runtime ## throw the demo of this folder away and make it again (stop `make run` first)
	@rm -rf var/db.sqlite3* var/mail var/queue var/files var/beat-schedule*
	@export DEBUG=1 DEMO=1 DATABASE_URL= VAR_DIR=$(CURDIR)/var; \
	for work in migrate "load_standards fixtures/standards_v7.json" load_demo; do \
	  .venv/bin/python manage.py $$work --verbosity 0 || exit; \
	done

states: .venv/.runtime ## draw docs/states.md from the tables of states
	@DEBUG=$${DEBUG:-1} .venv/bin/python manage.py draw_states

docs: .venv/.dev ## docs/ as a site in var/docs, which needs no network: a broken link is a failure
	@NO_MKDOCS_2_WARNING=1 .venv/bin/mkdocs build --strict && echo "Open var/docs/index.html"

docs-pictures: .venv/.dev ## every picture of docs/guide again, from a demonstration of its own (some minutes)
	@exec .venv/bin/python tests/pictures.py

# Locked with hashes; uv where there is one, else pip. A stamp newer than its lock means there is nothing to do.
install = { uv=$$(command -v uv || ls .venv/bin/uv 2>/dev/null); \
  test -n "$$uv" && UV_SYSTEM_CERTS=1 $$uv pip install --quiet --python .venv/bin/python --require-hashes -r $(1) 2>/dev/null; } \
  || .venv/bin/pip install -qq --disable-pip-version-check --require-hashes -r $(1)

.venv/.runtime: requirements.txt | .venv/bin/python
	@echo "Installing what Quality Counts runs on (once) ..."
	@$(call install,$<)
	@touch $@

.venv/.dev: requirements-dev.txt | .venv/bin/python
	@echo "Installing what Quality Counts is tested with (once) ..."
	@$(call install,$<)
	@touch .venv/.runtime $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Quality Counts needs Python 3.11 or newer: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -qq -y python3-venv >/dev/null; } \
	  || { echo "Python's venv is missing: sudo apt-get install -y python3-venv" >&2; exit 2; }
	@$(PYTHON) -m venv .venv
