"""The study, as registered for the rest of the workflow."""

from workflow_scripts.studies.nas.files import NasFiles
from workflow_scripts.studies.nas.fits import faults
from workflow_scripts.studies.nas.footprint import FOOTPRINT
from workflow_scripts.studies.nas.settings import Nas
from workflow_scripts.studies.nas.work import WORK
from workflow_scripts.studies.study import Study, Tables

GATHERED = (
    "searches",
    "reached",
    "variances",
    "supernets",
    "untrained",
    "spaces",
    "retrained",
    "scaled",
)
CLAIMED = (
    "seeds",
    "growing_seeds",
    "scaled_seeds",
    "stop",
    "spaces",
    "search.compared",
    "supernets",
    "compound.single",
    "compound.together",
    "compound.half",
    "good",
    "middle",
    "bad",
    "growing",
    "differentiable",
    "second",
    "long",
    "protected",
)
DRAWN = (
    "stop",
    "spaces",
    "compound.base",
    "compound.single",
    "compound.together",
    "compound.half",
    "cells.hand",
    "good",
    "middle",
    "bad",
    "growing",
    "differentiable",
    "second",
    "long",
    "protected",
)

STUDY = Study(
    name="nas",
    settings=Nas,
    files=NasFiles,
    tables=Tables(
        GATHERED,
        cfg=("nas.table.sha256", "nas.cells.training", "nas.cells.hand", "nas.spaces"),
    ),
    claims=Tables(
        GATHERED,
        cfg=tuple(f"nas.{key}" for key in CLAIMED),
    ),
    figures=Tables(
        ("searches", "reached", "supernets", "spaces", "scaled"),
        cfg=tuple(f"nas.{key}" for key in DRAWN),
    ),
    work=WORK,
    footprint=FOOTPRINT,
    faults=faults,
)
