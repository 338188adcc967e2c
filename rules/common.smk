# What all rules share: settings, code keys, paths.
import re
import sys
from pathlib import Path

ROOT = Path(workflow.basedir)
sys.path.insert(0, str(ROOT))

from workflow_scripts.core.environment import export_environment
from workflow_scripts.operation.configuration.batches import batches_in
from workflow_scripts.operation.configuration.load import load_configuration, lookup
from workflow_scripts.learning.data.manifest import manifest
from workflow_scripts.learning.data.origins.seen import current_digest
from workflow_scripts.core.errors import UserError
from workflow_scripts.core.code_key import kinds_in
from workflow_scripts.operation.snakemake_api import after_planning
from workflow_scripts.operation.verification.kept_code import keep_code
from workflow_scripts.operation.verification.known_keys import KnownKeys
from workflow_scripts.operation.verification.places import check_places
from workflow_scripts.operation.verification.python_path import put_first
from workflow_scripts.operation.verification.summary import summary_folder
from workflow_scripts.operation.verification.surroundings import check_surroundings, keep_out
from workflow_scripts.studies.registry import REGISTERED

# Set here, because every job inherits the environment of this process before its script imports
# anything: a local job from this Snakemake, a cluster job from the one on its node, which reads this
# file too.
export_environment(ROOT)
put_first(ROOT)
keep_out()

try:
    check_surroundings(ROOT)
    SETTINGS = load_configuration(
        ROOT / "config", config, [Path(file) for file in workflow.configfiles]
    )
    check_places(Path("results", SETTINGS.run))
    FIGURES = {name: study.drawings for name, study in REGISTERED.items()}
    TITLES = {name: study.title for name, study in REGISTERED.items()}
except UserError as error:
    sys.exit(f"error: {error}")

KNOWN_KEYS = KnownKeys()
after_planning(workflow, KNOWN_KEYS.keep)
SCALE = SETTINGS.scale
RESULTS = f"results/{SETTINGS.run}"
DATA = SETTINGS.data.folder
STUDIES = list(SETTINGS.studies)
# The ledger and the report; those of some studies stand beside those of all.
SUMMARY = str(summary_folder(Path(RESULTS), STUDIES, REGISTERED))
# Study → its files, for all registered studies; those in STUDIES run.
FILES = {
    name: study.files_in(SETTINGS.by_study(), RESULTS, DATA) for name, study in REGISTERED.items()
}


def one_of(names):
    """The constraint of a wildcard that stands for one of these names.

    A target that the settings do not have is then one that no rule produces.
    """
    return "|".join(re.escape(str(name)) for name in dict.fromkeys(names))


BATCHES = list(batches_in(SETTINGS.by_study()))


# <lottery>/tables/… stands for the results of a study, <batch> for the folder of a batch of seeds.
pathvars:
    **{name: f"{RESULTS}/{name}" for name in REGISTERED},
    batch=f"seeds-{{seeds,{one_of(BATCHES)}}}",


def cfg(*keys):
    """A rule's parameters: from dotted keys, such as lottery.chains.{chain}.training, to values.

    Defaults inside a value are left out; a step reads the value into its settings class.
    """

    def parameters(wildcards):
        filled = [key.format(**wildcards) for key in keys]
        return {key: lookup(SETTINGS, key) for key in filled}

    return parameters


def step(script, *keys, texts=(), documented=False, **more):
    """The parameters of a step: the settings that it reads, its code key, and `more`.

    The key covers the kinds that the job's settings name. `texts` are further files that count, and
    `documented` makes docstrings of the script count. If the settings depend on wildcards, pass a
    function `cfg` in `more`.
    """
    settings = more.pop("cfg", cfg(*keys) if keys else None)

    def code(wildcards):
        kinds = kinds_in(settings(wildcards) if settings else {})
        try:
            return KNOWN_KEYS.code_keys(script, *texts, kinds=kinds, documented=documented)
        except UserError as error:
            sys.exit(f"error: {error}")

    return {**({"cfg": settings} if settings else {}), "code": code, **more}


def untracked(params):
    """The same parameters for a job whose result they do not change: it never runs again for them.

    Published files have the same bytes from every source. Snakemake does not compare parameters
    that are computed from the outputs.
    """
    return {
        name: lambda wildcards, output, compute=compute: compute(wildcards)
        for name, compute in params.items()
    }


def untracked_settings(params):
    """The same, where only the settings do not matter: they name files whose content counts."""
    return params | untracked({"cfg": params["cfg"]})


def content_of(wildcards):
    """The digest of the files of a data set of one's own."""
    folder = Path(DATA, "arrays", wildcards.own)
    try:
        return current_digest(folder, SETTINGS.data.own[wildcards.own])
    except UserError as error:
        sys.exit(f"error: {error}")


def data_manifest(name):
    """The manifest of a data set: the digests of its files, on which other jobs depend."""
    return str(manifest(name, DATA))


def collect_tables(study, tables):
    """The paths of the gathered tables of a study, by name."""
    return {name: f"{RESULTS}/{study}/tables/{name}.csv" for name in tables.names}


def collect_figures(study):
    """The figures that a study's page shows."""
    return [f"{RESULTS}/{study}/figures/{file}" for file in FIGURES[study]]


def collect_pixels(study):
    """The same figures as pixels, for what shows no SVG."""
    return [figure.replace(".svg", ".png") for figure in collect_figures(study)]


def collect_checkpoints():
    """Trained weights, and final states of dynamics, of the studies that run."""
    return [path for study in STUDIES for path in FILES[study].checkpoints()]
