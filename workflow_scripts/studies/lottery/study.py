"""The study, as registered for the rest of the workflow."""

from workflow_scripts.studies.lottery.files import LotteryFiles
from workflow_scripts.studies.lottery.settings import Lottery
from workflow_scripts.studies.study import Study, Tables

STUDY = Study(
    name="lottery",
    settings=Lottery,
    files=LotteryFiles,
    tables=Tables(("curves", "outcomes", "needles", "lines", "barriers")),
    claims=Tables(
        ("outcomes", "needles", "barriers", "curves"),
        cfg=("lottery.main", "lottery.late"),
    ),
    figures=Tables(
        ("outcomes", "needles", "barriers", "curves", "lines"),
        cfg=("lottery.main", "lottery.late"),
    ),
)
