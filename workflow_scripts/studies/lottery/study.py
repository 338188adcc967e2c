"""The study, as registered for the rest of the workflow."""

from workflow_scripts.learning.work import Cfg, Wildcards, Work, work_of
from workflow_scripts.studies.lottery.files import LotteryFiles
from workflow_scripts.studies.lottery.fits import faults
from workflow_scripts.studies.lottery.settings import Lottery
from workflow_scripts.studies.study import Study, Tables


def _long(cfg: Cfg, wildcards: Wildcards) -> Work:
    once = work_of(cfg, wildcards)
    return Work(once.steps * int(wildcards["trainings"]), once.step)


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
    work={"long": _long},
    faults=faults,
)
