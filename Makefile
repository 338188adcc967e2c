# make reproduce   set up, run everything, show the verdicts          (SCALE=smoke|laptop|paper)
# make test        set up, run all tests; make test-fast those that take seconds
# make help        the rest
PYTHON ?= python3
VENV ?= .venv
SCALE ?= laptop
PROFILE ?=
PIP_ARGS ?=
FORCE ?=
TARGET ?=
WORKERS ?= 2
BIN := $(VENV)/bin
# By module: the commands in bin/ name the folder in which they were installed.
RUN := "$(BIN)/python" -m
INSTALL := $(RUN) pip install --quiet --disable-pip-version-check $(PIP_ARGS) -r
SNAKEMAKE := $(RUN) snakemake
BENCHMARKS ?= $(basename $(notdir $(wildcard benchmarks/[a-z]*.py)))
CONFIG := --config scale=$(SCALE)

# `make -j2 reproduce snapshot` is one after the other all the same.
.NOTPARALLEL:

.PHONY: help setup setup-dev reproduce claims report plan test test-fast lint format benchmark verify-results why record snapshot restore verify-snapshot clean

help:  ## what there is to make
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

setup:  ## a virtual environment with what a run needs, pinned
	@[ "$(VENV)/.ready" -nt requirements.lock ] || { \
	  $(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' || \
	    { echo 'error: Python 3.11 or newer is needed: make $(MAKECMDGOALS) PYTHON=python3.11'; exit 1; }; \
	  echo 'Setting up $(VENV) (a few minutes, once)'; \
	  $(PYTHON) -m venv "$(VENV)" && $(INSTALL) requirements.lock && touch "$(VENV)/.ready"; }

setup-dev: setup  ## and what tests, lint and benchmarks need
	@[ "$(VENV)/.ready-dev" -nt requirements-dev.lock ] && \
	  [ "$(VENV)/.ready-dev" -nt requirements.lock ] || \
	  { $(INSTALL) requirements-dev.lock && touch "$(VENV)/.ready-dev"; }

reproduce: setup  ## run everything at SCALE and print the verdicts
	@$(SNAKEMAKE) --logger rich $(CONFIG)
	@$(SNAKEMAKE) claims --quiet all $(CONFIG)
	@echo 'The report: results/$(SCALE)/report.html'

claims: setup  ## print the verdicts; fail where one that is on record is lost
	@$(SNAKEMAKE) claims --quiet all $(CONFIG)

report: setup  ## write results/SCALE/report.html
	@$(SNAKEMAKE) report $(CONFIG)

plan: setup  ## jobs, hours and likely cost of a run (PROFILE=profiles/slurm: on a cluster)
	@$(RUN) workflow_scripts.operation.plan.show $(addprefix --profile ,$(PROFILE)) $(CONFIG)

test: setup-dev  ## all tests, on two cores (WORKERS=4 for more)
	@$(RUN) pytest -n $(WORKERS) --durations=15

test-fast: setup-dev  ## the tests that run neither Snakemake nor a cluster nor a browser
	@$(RUN) pytest -n $(WORKERS) -m "not workflow and not slurm and not browser"

lint: setup-dev  ## formatting, rules, types, imports; nothing is changed
	@$(RUN) ruff format --check . && $(RUN) ruff check .
	@$(RUN) snakefmt --check Snakefile rules
	@$(RUN) mypy
	@"$(BIN)/python" "$(BIN)/lint-imports" --no-logo --no-cache
	@$(RUN) docs.imports --check
	@$(SNAKEMAKE) --lint

format: setup-dev  ## format the code and draw docs/imports.svg
	@$(RUN) ruff format . && $(RUN) ruff check --fix .
	@$(RUN) snakefmt Snakefile rules
	@$(RUN) docs.imports

benchmark: setup-dev  ## speed and size as ratios within one run   (BENCHMARKS=trainer for one of them)
	@for name in $(BENCHMARKS); do echo "== $$name"; $(RUN) benchmarks.$$name || exit 1; done

verify-results: setup  ## are the committed results those of this code and configuration?
	@$(RUN) workflow_scripts.operation.verification.verify --scale $(SCALE)

why: setup  ## which definition or setting moved since TARGET (a file or a rule; else all) was made
	@$(RUN) workflow_scripts.operation.verification.why --scale $(SCALE) $(TARGET)

record: setup  ## put the verdicts of the last run at SCALE on record
	@$(RUN) workflow_scripts.evidence.claims.record --scale $(SCALE)

snapshot: setup  ## version the finished results of SCALE: DVC, Git, and push if there is a remote
	@$(RUN) workflow_scripts.operation.versioning.snapshot --scale $(SCALE)

restore: setup  ## bring back the results of this commit, without running anything (FORCE=1)
	@$(RUN) workflow_scripts.operation.versioning.restore --scale $(SCALE) $(if $(FORCE),--force)

verify-snapshot: setup  ## does every file of the snapshot at SCALE lie here, to the bit?
	@$(RUN) workflow_scripts.operation.versioning.check --scale $(SCALE)

clean:  ## remove the environment; results stay
	@[ ! -e "$(VENV)" ] || [ -f "$(VENV)/pyvenv.cfg" ] || \
	  { echo 'error: $(VENV) is no virtual environment: nothing was removed'; exit 1; }
	rm -rf -- "$(VENV)"
