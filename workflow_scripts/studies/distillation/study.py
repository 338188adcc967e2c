"""The study, as registered for the rest of the workflow."""

from workflow_scripts.studies.distillation.files import TABLES, DistillationFiles
from workflow_scripts.studies.distillation.fits import demands, faults
from workflow_scripts.studies.distillation.footprint import FOOTPRINT
from workflow_scripts.studies.distillation.settings import Distillation
from workflow_scripts.studies.distillation.work import WORK
from workflow_scripts.studies.study import Study, Tables

SHOWN = ("distillation.judged", "distillation.curves")

STUDY = Study(
    name="distillation",
    settings=Distillation,
    files=DistillationFiles,
    tables=Tables(TABLES),
    claims=Tables(
        ("students", "omitted", "agreements", "identities"), cfg=("distillation.seeds", *SHOWN)
    ),
    figures=Tables(
        ("students", "omitted", "agreements", "pictures", "speech"),
        cfg=(*SHOWN, "distillation.names", "distillation.sizes"),
    ),
    work=WORK,
    footprint=FOOTPRINT,
    faults=faults,
    demands=demands,
)
