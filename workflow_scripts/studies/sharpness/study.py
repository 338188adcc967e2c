"""The study, as registered for the rest of the workflow."""

from workflow_scripts.studies.sharpness.files import SharpnessFiles
from workflow_scripts.studies.sharpness.fits import faults
from workflow_scripts.studies.sharpness.footprint import FOOTPRINT
from workflow_scripts.studies.sharpness.settings import Sharpness
from workflow_scripts.studies.sharpness.work import WORK
from workflow_scripts.studies.study import Study, Tables

STUDY = Study(
    name="sharpness",
    settings=Sharpness,
    files=SharpnessFiles,
    tables=Tables(("minima", "curves", "line", "plane", "rescaling")),
    claims=Tables(("minima", "rescaling"), cfg=("sharpness.seeds", "sharpness.compared")),
    figures=Tables(("minima", "curves", "line", "plane", "rescaling"), cfg=("sharpness.compared",)),
    work=WORK,
    footprint=FOOTPRINT,
    faults=faults,
)
