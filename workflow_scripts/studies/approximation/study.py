"""The study, as registered for the rest of the workflow."""

from workflow_scripts.studies.approximation.files import ApproximationFiles
from workflow_scripts.studies.approximation.fits import faults
from workflow_scripts.studies.approximation.footprint import FOOTPRINT
from workflow_scripts.studies.approximation.settings import Approximation
from workflow_scripts.studies.approximation.work import WORK
from workflow_scripts.studies.study import Study, Tables

DECIDING = ("constructed", "trained", "tents", "deep", "polynomials", "identities")

STUDY = Study(
    name="approximation",
    settings=Approximation,
    files=ApproximationFiles,
    tables=Tables((*DECIDING, "rates", "drawings", "learned")),
    claims=Tables(DECIDING, cfg=("approximation.seeds", "approximation.other_seeds")),
    figures=Tables((*DECIDING, "drawings", "learned")),
    work=WORK,
    footprint=FOOTPRINT,
    faults=faults,
)
