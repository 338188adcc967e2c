# make reproduce   set up, run everything, say what holds             (SCALE=smoke|laptop|paper)
# make test        set up, run all tests; make test-fast runs those that take seconds
# make help        list all targets
PYTHON ?= python3
VENV ?= .venv
SCALE ?= laptop
PROFILE ?=
PIP_ARGS ?=
FORCE ?=
YES ?=
TARGET ?=
CONFIGFILE ?=
SET ?=
LIVE ?=
BASE ?= laptop
WITH ?=
WORKERS ?=
BIN := $(VENV)/bin
# Called as modules: the scripts in bin/ contain the path of the folder they were installed in.
RUN := "$(BIN)/python" -m
INSTALL := $(RUN) pip install --quiet --disable-pip-version-check $(PIP_ARGS) -r
# Snakemake, with progress in words and dotted settings (SET="lottery.seeds=…").
SNAKEMAKE := $(RUN) workflow_scripts.operation.run
BENCHMARKS ?= $(basename $(notdir $(wildcard benchmarks/[a-z]*.py)))
OWN := $(if $(CONFIGFILE),--configfile "$(CONFIGFILE)")
# A configuration file of your own may set the scale; SCALE on the command line goes before it.
SCALED := $(if $(CONFIGFILE),$(if $(filter command line environment,$(origin SCALE)),$(SCALE)),$(SCALE))
CONFIG := $(OWN) $(if $(SCALED)$(SET),--config $(addprefix scale=,$(SCALED)) $(SET))
WHICH := $(if $(SCALED),--scale $(SCALED)) $(patsubst name=%,--name %,$(filter name=%,$(SET))) $(OWN)
# What we print and read is UTF-8, whatever the locale.
export PYTHONUTF8 := 1
# No advertisement in the output of the build of the site.
export NO_MKDOCS_2_WARNING := 1

# `make -j2 reproduce snapshot` still runs one after the other.
.NOTPARALLEL:

.PHONY: help setup setup-dev reproduce claims report plan profile test test-fast lint format docs benchmark extend verify-results why compare record snapshot restore verify-snapshot clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

setup:  ## create the virtual environment with the pinned packages of a run
	@[ "$(VENV)/.ready" -nt requirements.lock ] || { \
	  $(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' || \
	    { echo 'error: Python 3.11 or newer is needed: make $(MAKECMDGOALS) PYTHON=python3.11'; exit 1; }; \
	  echo 'Setting up $(VENV) (a few minutes, once)'; \
	  $(PYTHON) -m venv "$(VENV)" && $(INSTALL) requirements.lock && touch "$(VENV)/.ready"; }

setup-dev: setup  ## the same, with the packages of tests, lint and benchmarks
	@[ "$(VENV)/.ready-dev" -nt requirements-dev.lock ] && \
	  [ "$(VENV)/.ready-dev" -nt requirements.lock ] || \
	  { $(INSTALL) requirements-dev.lock && touch "$(VENV)/.ready-dev"; }

# A study alone has a ledger and a report of its own.
reproduce: setup  ## run everything at SCALE, or one study (TARGET=hopfield), and say what holds
	@$(SNAKEMAKE) $(CONFIG) $(if $(TARGET),"studies=[$(TARGET)]")
	@$(RUN) workflow_scripts.operation.claims --answers $(WHICH) $(addprefix --study ,$(TARGET))

claims: setup  ## print the stored verdicts; fail if a recorded one is lost (LIVE=1: update them first)
	@$(RUN) workflow_scripts.operation.claims $(WHICH) $(if $(LIVE),--live)

report: setup  ## write results/SCALE/report.html
	@$(SNAKEMAKE) report $(CONFIG)

plan: setup  ## say how long a run takes, and its jobs (PROFILE=profiles/slurm: on a cluster)
	@$(RUN) workflow_scripts.operation.plan.show $(TARGET) $(addprefix --profile ,$(PROFILE)) $(CONFIG)

profile: setup  ## write what jobs request of a cluster into its profile and docs/slurm.md, from the plan
	@$(RUN) workflow_scripts.operation.plan.profile

# On two cores: of three processes one mostly waits for a cluster.
test: setup-dev  ## run all tests, on two cores (WORKERS=6 for more)
	@$(RUN) pytest -n $(or $(WORKERS),3) --durations=15

test-fast: setup-dev  ## run tests that take a second or less, without Snakemake, cluster and browser
	@$(RUN) pytest -n $(or $(WORKERS),2) \
	  -m "not workflow and not slurm and not browser and not thorough"

lint: setup-dev  ## check formatting, style, types and imports; change nothing
	@$(RUN) ruff format --check . && $(RUN) ruff check .
	@$(RUN) snakefmt --check Snakefile rules
	@$(RUN) mypy
	@"$(BIN)/python" "$(BIN)/lint-imports" --no-logo --no-cache
	@$(RUN) docs.imports --check
	@$(RUN) workflow_scripts.operation.configuration.reference --check
	@$(RUN) workflow_scripts.operation.citation --check
	@$(RUN) mkdocs build --strict --quiet
	@$(SNAKEMAKE) --lint

format: setup-dev  ## format the code, draw docs/imports.svg, write the configuration's reference
	@$(RUN) ruff format . && $(RUN) ruff check --fix .
	@$(RUN) snakefmt Snakefile rules
	@$(RUN) docs.imports
	@$(RUN) workflow_scripts.operation.configuration.reference
	@$(RUN) workflow_scripts.operation.citation

docs: setup-dev  ## write the documentation as a site to .site/
	@$(RUN) mkdocs build --strict --quiet
	@echo 'The site: .site/index.html'

benchmark: setup-dev  ## measure speed and size as ratios within one run (BENCHMARKS=trainer for one)
	@for name in $(BENCHMARKS); do echo "== $$name"; \
	  $(RUN) workflow_scripts.core.environment $(RUN) benchmarks.$$name || exit 1; done

extend: setup  ## add the seeds of the next look to open claims and run them (YES=1: without asking)
	@$(RUN) workflow_scripts.operation.extend --scale $(SCALE) $(if $(YES),--yes)

verify-results: setup  ## check that results match this code and configuration (CONFIGFILE=mine.yaml)
	@$(RUN) workflow_scripts.operation.verification.verify $(WHICH)

why: setup  ## show what changed since TARGET was made (a file or a rule; default: all results)
	@$(RUN) workflow_scripts.operation.verification.why $(TARGET) $(WHICH)

compare: setup  ## compare the claims of two runs: make compare BASE=laptop WITH=mine
	@[ -n "$(WITH)" ] || { echo 'error: name the other run: make compare WITH=mine'; exit 1; }
	@$(RUN) workflow_scripts.evidence.claims.compare "$(BASE)" "$(WITH)"

record: setup  ## record the verdicts of the last run at SCALE, and write them into the README
	@$(RUN) workflow_scripts.operation.record --scale $(SCALE)

snapshot: setup  ## version the results of a run in DVC and Git, and push if a remote is set
	@$(RUN) workflow_scripts.operation.versioning.snapshot $(WHICH)

restore: setup  ## restore the results of this commit without running anything (FORCE=1: overwrite)
	@$(RUN) workflow_scripts.operation.versioning.restore $(WHICH) $(if $(FORCE),--force)

verify-snapshot: setup  ## check every file of the snapshot at SCALE bit for bit
	@$(RUN) workflow_scripts.operation.versioning.check $(WHICH)

clean:  ## remove the environment; results stay
	@[ ! -e "$(VENV)" ] || [ -f "$(VENV)/pyvenv.cfg" ] || \
	  { echo 'error: $(VENV) is not a virtual environment: nothing was removed'; exit 1; }
	rm -rf -- "$(VENV)"
