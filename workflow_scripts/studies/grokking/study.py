"""The study, as registered for the rest of the workflow."""

from workflow_scripts.studies.grokking.files import GrokkingFiles
from workflow_scripts.studies.grokking.fits import faults
from workflow_scripts.studies.grokking.footprint import FOOTPRINT
from workflow_scripts.studies.grokking.settings import Grokking
from workflow_scripts.studies.grokking.work import WORK
from workflow_scripts.studies.study import Study, Tables

STUDY = Study(
    name="grokking",
    settings=Grokking,
    files=GrokkingFiles,
    tables=Tables(
        ("curves", "outcomes", "waits", "growth", "stops", "spectra"),
        cfg=(
            "grokking.generalisation",
            "grokking.converged",
            "grokking.plateau",
            "grokking.decays",
            "grokking.main",
            "grokking.random",
        ),
    ),
    claims=Tables(
        ("outcomes", "growth", "stops"),
        cfg=(
            "grokking.seeds",
            "grokking.compared_seeds",
            "grokking.task_seeds",
            "grokking.main",
            "grokking.random",
            "grokking.undecayed",
            "grokking.decays",
            "grokking.fractions",
            "grokking.tasks",
            "grokking.orthogonal",
            "grokking.stable",
            "grokking.collapsing",
            "grokking.rounded",
        ),
    ),
    figures=Tables(
        ("curves", "outcomes", "waits", "spectra"),
        cfg=(
            "grokking.main",
            "grokking.random",
            "grokking.undecayed",
            "grokking.fractions",
            "grokking.tasks",
            "grokking.orthogonal",
            "grokking.stable",
            "grokking.collapsing",
            "grokking.rounded",
        ),
    ),
    work=WORK,
    footprint=FOOTPRINT,
    faults=faults,
)
