"""The study, as registered for the rest of the workflow."""

from workflow_scripts.studies.connectivity.files import ConnectivityFiles
from workflow_scripts.studies.connectivity.fits import faults
from workflow_scripts.studies.connectivity.footprint import FOOTPRINT
from workflow_scripts.studies.connectivity.settings import Connectivity
from workflow_scripts.studies.connectivity.work import WORK
from workflow_scripts.studies.study import Study, Tables

TABLES = (
    *("paths", "branches", "matching", "plane", "averages", "soups"),
    *("paths_lines", "branches_lines", "matching_lines"),
)

STUDY = Study(
    name="connectivity",
    settings=Connectivity,
    files=ConnectivityFiles,
    tables=Tables(TABLES),
    claims=Tables(
        ("paths", "branches", "matching", "averages", "soups"),
        cfg=("connectivity.seeds", "connectivity.main", "connectivity.unstable"),
    ),
    figures=Tables(TABLES, cfg=("connectivity.unstable",)),
    work=WORK,
    footprint=FOOTPRINT,
    faults=faults,
)
