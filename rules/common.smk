# What all rules share: settings, code keys, places.
import sys
from functools import cache
from pathlib import Path

import yaml

ROOT = Path(workflow.basedir)
sys.path.insert(0, str(ROOT))

from workflow_scripts.operation.configuration.load import load_configuration, lookup
from workflow_scripts.learning.data.datasets import paths
from workflow_scripts.learning.data.manifest import manifest
from workflow_scripts.core.errors import UserError
from workflow_scripts.core.code_key import code_keys as code
from workflow_scripts.operation.verification.places import check_places
from workflow_scripts.operation.verification.python_path import put_first

put_first(ROOT)

try:
    SETTINGS = load_configuration(ROOT / "config", config)
    check_places(Path("results", SETTINGS.scale))
except UserError as error:
    sys.exit(f"error: {error}")

SCALE = SETTINGS.scale
RESULTS = f"results/{SCALE}"
DATA = SETTINGS.data.folder
STUDIES = list(SETTINGS.studies)


# Study: function that names what all else is made from: trained weights, or what dynamics ended in.
CHECKPOINTS = {}
PAGES = [f"studies/{study}/page.yaml" for study in STUDIES]


def cfg(*keys):
    """A rule's parameters: from dotted keys, such as lottery.chains.{chain}.training, to values.

    What is at its default inside a value is left out; a step reads it into its settings class.
    """

    def parameters(wildcards):
        filled = [key.format(**wildcards) for key in keys]
        return {key: lookup(SETTINGS, key) for key in filled}

    return parameters


def data_files(name):
    """The files of a data set, and the list of their digests, on which all others depend."""
    return [str(path) for path in [*paths(name, DATA), manifest(name, DATA)]]


def collect_tables(study, *names):
    """Gathered tables of a study, by name."""
    return {name: f"{RESULTS}/{study}/tables/{name}.csv" for name in names}


def chain_keys(chain):
    """The keys of what the networks of one of lottery's chains are and see, and where they run."""
    return [f"lottery.chains.{chain}.network", f"lottery.chains.{chain}.sample", "device"]


def page(study):
    """The words of a study's part of the report."""
    return Path("workflow_scripts", "studies", study, "page.yaml")


@cache
def collect_figures(study):
    """The figures that a study's page shows."""
    figures = yaml.safe_load((ROOT / page(study)).read_text())["figures"]
    return [f"{RESULTS}/{study}/figures/{figure['file']}" for figure in figures]


def collect_checkpoints():
    """Trained weights, and what dynamics ended in, of the studies that run."""
    return [path for study in STUDIES for path in CHECKPOINTS[study]()]
