"""The study, as registered for the rest of the workflow."""

from workflow_scripts.studies.focal.files import FocalFiles
from workflow_scripts.studies.focal.fits import demands, faults
from workflow_scripts.studies.focal.footprint import FOOTPRINT
from workflow_scripts.studies.focal.settings import Focal
from workflow_scripts.studies.focal.work import WORK
from workflow_scripts.studies.study import Study, Tables

DRAWN = ("roles", "shown", "arms", "scenes.size")

STUDY = Study(
    name="focal",
    settings=Focal,
    files=FocalFiles,
    tables=Tables(
        (
            "shares",
            "precision",
            "reliability",
            "calibration",
            "cumulative",
            "found",
            "pictures",
            "identities",
        )
    ),
    claims=Tables(
        ("shares", "precision", "calibration", "identities"),
        cfg=("focal.seeds", "focal.roles"),
    ),
    figures=Tables(
        ("shares", "precision", "reliability", "calibration", "cumulative", "found", "pictures"),
        cfg=tuple(f"focal.{key}" for key in DRAWN),
    ),
    work=WORK,
    footprint=FOOTPRINT,
    faults=faults,
    demands=demands,
)
