"""The study, as registered for the rest of the workflow."""

from workflow_scripts.studies.double_descent.files import DoubleDescentFiles
from workflow_scripts.studies.double_descent.fits import faults
from workflow_scripts.studies.double_descent.footprint import FOOTPRINT
from workflow_scripts.studies.double_descent.settings import DoubleDescent
from workflow_scripts.studies.double_descent.work import WORK
from workflow_scripts.studies.study import Study, Tables

TABLES = ("features", "sizes", "two_scales", "networks", "epochs")
THRESHOLDS = ("double_descent.features.sample.train", "double_descent.sizes.width")
KIND = "double_descent.networks.network.kind"
SEEDS = ("double_descent.seeds", "double_descent.regression_seeds")

STUDY = Study(
    name="double_descent",
    settings=DoubleDescent,
    files=DoubleDescentFiles,
    tables=Tables(TABLES),
    claims=Tables(TABLES, cfg=(*THRESHOLDS, *SEEDS)),
    figures=Tables(TABLES, cfg=(*THRESHOLDS, KIND)),
    work=WORK,
    footprint=FOOTPRINT,
    faults=faults,
)
