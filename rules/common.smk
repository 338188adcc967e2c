# What all rules share: settings, code keys, places.
import sys
from pathlib import Path

ROOT = Path(workflow.basedir)
sys.path.insert(0, str(ROOT))

from workflow_scripts.core.arithmetic import export_arithmetic
from workflow_scripts.operation.configuration.load import load_configuration, lookup
from workflow_scripts.learning.data.datasets import paths
from workflow_scripts.learning.data.manifest import manifest
from workflow_scripts.core.errors import UserError
from workflow_scripts.core.code_key import code_keys, kinds_in
from workflow_scripts.operation.verification.kept_code import keep_code
from workflow_scripts.operation.verification.places import check_places
from workflow_scripts.operation.verification.python_path import put_first
from workflow_scripts.studies.registry import REGISTERED

# Here, because every job inherits this process' environment before its script imports anything: a
# local one from Snakemake, one on a cluster from the Snakemake there, which reads this file too.
export_arithmetic()
put_first(ROOT)

try:
    SETTINGS = load_configuration(
        ROOT / "config", config, [Path(file) for file in workflow.configfiles]
    )
    check_places(Path("results", SETTINGS.scale))
    FIGURES = {name: study.drawings for name, study in REGISTERED.items()}
    TITLES = {name: study.title for name, study in REGISTERED.items()}
except UserError as error:
    sys.exit(f"error: {error}")

SCALE = SETTINGS.scale
RESULTS = f"results/{SCALE}"
DATA = SETTINGS.data.folder
STUDIES = list(SETTINGS.studies)
# Study: the files that its rules make, of all that are registered; those in STUDIES run.
FILES = {
    name: study.files_in(SETTINGS.by_study(), RESULTS, DATA) for name, study in REGISTERED.items()
}


# <lottery>/tables/… for the results of a study, <batch> for a folder of one batch of seeds.
pathvars:
    **{name: f"{RESULTS}/{name}" for name in REGISTERED},
    batch=r"seeds-{seeds,\d+-\d+}",


def cfg(*keys):
    """A rule's parameters: from dotted keys, such as lottery.chains.{chain}.training, to values.

    What is at its default inside a value is left out; a step reads it into its settings class.
    """

    def parameters(wildcards):
        filled = [key.format(**wildcards) for key in keys]
        return {key: lookup(SETTINGS, key) for key in filled}

    return parameters


def step(script, *keys, texts=(), documented=False, **more):
    """The parameters of a step: the settings that it reads, its code key, and `more`.

    The key is for the kinds that the job's settings name. `texts` are files that count too, and
    `documented` says that docstrings of the script do. Where wildcards decide which settings those
    are, `more` has them as `cfg`.
    """
    settings = more.pop("cfg", cfg(*keys) if keys else None)

    def code(wildcards):
        kinds = kinds_in(settings(wildcards) if settings else {})
        try:
            return code_keys(script, *texts, kinds=kinds, documented=documented)
        except UserError as error:
            sys.exit(f"error: {error}")

    return {**({"cfg": settings} if settings else {}), "code": code, **more}


def data_files(name):
    """The files of a data set, and the list of their digests, on which all others depend."""
    return [str(path) for path in [*paths(name, DATA), manifest(name, DATA)]]


def collect_tables(study, tables):
    """Gathered tables of a study, by name."""
    return {name: f"{RESULTS}/{study}/tables/{name}.csv" for name in tables.names}


def collect_figures(study):
    """The figures that a study's page shows."""
    return [f"{RESULTS}/{study}/figures/{file}" for file in FIGURES[study]]


def collect_checkpoints():
    """Trained weights, and what dynamics ended in, of the studies that run."""
    return [path for study in STUDIES for path in FILES[study].checkpoints()]
