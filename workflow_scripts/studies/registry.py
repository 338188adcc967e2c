"""All studies, in the order of the report. A new study is imported and listed only here."""

from workflow_scripts.studies.approximation.study import STUDY as APPROXIMATION
from workflow_scripts.studies.connectivity.study import STUDY as CONNECTIVITY
from workflow_scripts.studies.distillation.study import STUDY as DISTILLATION
from workflow_scripts.studies.double_descent.study import STUDY as DOUBLE_DESCENT
from workflow_scripts.studies.focal.study import STUDY as FOCAL
from workflow_scripts.studies.grokking.study import STUDY as GROKKING
from workflow_scripts.studies.hopfield.study import STUDY as HOPFIELD
from workflow_scripts.studies.lottery.study import STUDY as LOTTERY
from workflow_scripts.studies.nas.study import STUDY as NAS
from workflow_scripts.studies.ntk.study import STUDY as NTK
from workflow_scripts.studies.recurrence.study import STUDY as RECURRENCE
from workflow_scripts.studies.sharpness.study import STUDY as SHARPNESS
from workflow_scripts.studies.study import Study

REGISTERED: dict[str, Study] = {
    study.name: study
    for study in (
        APPROXIMATION,
        LOTTERY,
        DOUBLE_DESCENT,
        GROKKING,
        DISTILLATION,
        SHARPNESS,
        CONNECTIVITY,
        HOPFIELD,
        NTK,
        NAS,
        RECURRENCE,
        FOCAL,
    )
}
"""Studies by name."""
