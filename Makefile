# make reproduce   set up, run everything, show the verdicts          (SCALE=smoke|laptop|paper)
# make test        set up, run all tests; make test-fast those that take seconds
# make help        the rest
PYTHON ?= python3
VENV ?= .venv
SCALE ?= laptop
PROFILE ?=
PIP_ARGS ?=
FORCE ?=
WORKERS ?= 2
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SNAKEMAKE := $(BIN)/snakemake
BENCHMARKS ?= $(basename $(notdir $(wildcard benchmarks/[a-z]*.py)))
CONFIG := --config scale=$(SCALE)

.PHONY: help setup reproduce claims report plan test test-fast lint format benchmark verify-results record snapshot restore verify-snapshot clean

help:  ## what there is to make
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

setup: $(READY)  ## a virtual environment from the pinned requirements

$(READY): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' || \
	  { echo 'error: Python 3.11 or newer is needed: make $(MAKECMDGOALS) PYTHON=python3.11'; exit 1; }
	@echo 'Setting up $(VENV) (a few minutes, once)'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS) -r requirements.lock
	@touch $@

reproduce: setup  ## run everything at SCALE and print the verdicts
	@$(SNAKEMAKE) --logger rich $(CONFIG)
	@$(SNAKEMAKE) claims --quiet all $(CONFIG)
	@echo 'The report: results/$(SCALE)/report.html'

claims: setup  ## print the verdicts; fail where one that is on record is lost
	@$(SNAKEMAKE) claims --quiet all $(CONFIG)

report: setup  ## write results/SCALE/report.html
	@$(SNAKEMAKE) report $(CONFIG)

plan: setup  ## jobs, hours and likely cost of a run (PROFILE=profiles/slurm: on a cluster)
	@$(BIN)/python -m workflow_scripts.operation.plan.show $(addprefix --profile ,$(PROFILE)) $(CONFIG)

test: setup  ## all tests, on two cores (WORKERS=4 for more)
	@$(BIN)/python -m pytest -n $(WORKERS) --durations=15

test-fast: setup  ## the tests that run neither Snakemake nor a cluster nor a browser
	@$(BIN)/python -m pytest -n $(WORKERS) -m "not workflow and not slurm and not browser"

lint: setup  ## format and lint, without changing anything
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .
	@$(BIN)/snakefmt --check Snakefile rules
	@$(BIN)/snakemake --lint

format: setup  ## format the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .
	@$(BIN)/snakefmt Snakefile rules

benchmark: setup  ## speed and size as ratios within one run   (BENCHMARKS=trainer for one of them)
	@for name in $(BENCHMARKS); do echo "== $$name"; $(BIN)/python -m benchmarks.$$name || exit 1; done

verify-results: setup  ## are the committed results those of this code and configuration?
	@$(BIN)/python -m workflow_scripts.operation.verification.verify --scale $(SCALE)

record: setup  ## put the verdicts of the last run at SCALE on record
	@$(BIN)/python -m workflow_scripts.evidence.claims.record --scale $(SCALE)

snapshot: setup  ## version the finished results of SCALE: DVC, Git, and push if there is a remote
	@$(BIN)/python -m workflow_scripts.operation.versioning.snapshot --scale $(SCALE)

restore: setup  ## bring back the results of this commit, without running anything (FORCE=1)
	@$(BIN)/python -m workflow_scripts.operation.versioning.restore --scale $(SCALE) $(if $(FORCE),--force)

verify-snapshot: setup  ## does every file of the snapshot at SCALE lie here, to the bit?
	@$(BIN)/python -m workflow_scripts.operation.versioning.check --scale $(SCALE)

clean:  ## remove the environment; results stay
	rm -rf $(VENV)
