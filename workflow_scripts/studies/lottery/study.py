"""The study, as registered for the rest of the workflow."""

from workflow_scripts.studies.lottery.files import LotteryFiles
from workflow_scripts.studies.lottery.fits import faults
from workflow_scripts.studies.lottery.footprint import FOOTPRINT
from workflow_scripts.studies.lottery.settings import Lottery
from workflow_scripts.studies.lottery.work import WORK
from workflow_scripts.studies.study import Study, Tables

STUDY = Study(
    name="lottery",
    settings=Lottery,
    files=LotteryFiles,
    tables=Tables(("curves", "outcomes", "needles", "lines", "barriers")),
    claims=Tables(
        ("outcomes", "needles", "barriers"),
        cfg=("lottery.main", "lottery.late", "lottery.seeds"),
    ),
    figures=Tables(
        ("outcomes", "needles", "barriers", "curves"),
        cfg=("lottery.main", "lottery.late"),
    ),
    work=WORK,
    faults=faults,
    footprint=FOOTPRINT,
)
