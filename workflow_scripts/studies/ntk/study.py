"""The study, as registered for the rest of the workflow."""

from workflow_scripts.studies.ntk.files import NtkFiles
from workflow_scripts.studies.ntk.fits import demands
from workflow_scripts.studies.ntk.footprint import FOOTPRINT
from workflow_scripts.studies.ntk.settings import Ntk
from workflow_scripts.studies.ntk.work import WORK
from workflow_scripts.studies.study import Study, Tables

SCALES = ("ntk.widths.alphas", "ntk.parity.rich", "ntk.parity.lazy")

STUDY = Study(
    name="ntk",
    settings=Ntk,
    files=NtkFiles,
    tables=Tables(("widths", "parity", "features", "images", "identities")),
    claims=Tables(
        ("widths", "parity", "images", "identities"), cfg=("ntk.seeds", "ntk.widths.rich", *SCALES)
    ),
    figures=Tables(("widths", "parity", "features", "images"), cfg=SCALES),
    work=WORK,
    footprint=FOOTPRINT,
    demands=demands,
)
