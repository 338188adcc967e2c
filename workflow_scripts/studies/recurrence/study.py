"""The study, as registered for the rest of the workflow."""

from workflow_scripts.studies.recurrence.files import RecurrenceFiles
from workflow_scripts.studies.recurrence.fits import demands, faults
from workflow_scripts.studies.recurrence.footprint import FOOTPRINT
from workflow_scripts.studies.recurrence.settings import Recurrence
from workflow_scripts.studies.recurrence.work import WORK
from workflow_scripts.studies.study import Study, Tables

CLAIMED = (
    "seeds",
    "lstm",
    "gru",
    "rnn",
    "unbiased",
    "within",
    "beyond",
    "whole",
    "mixed",
    "alone",
    "attention",
    "rival",
    "placed",
    "unplaced",
    "linear",
    "exploding",
    "decaying",
    "gradients.far",
    "gradients.networks",
)
DRAWN = (
    "lstm",
    "gru",
    "rnn",
    "unbiased",
    "within",
    "beyond",
    "edge",
    "whole",
    "attention",
    "rival",
    "linear",
    "decaying",
    "gradients.far",
    "memory.window",
)

STUDY = Study(
    name="recurrence",
    settings=Recurrence,
    files=RecurrenceFiles,
    tables=Tables(
        ("curves", "outcomes", "gradients", "laws", "memory", "identities"),
        cfg=("recurrence.solved", "recurrence.gradients.fitted"),
    ),
    claims=Tables(
        ("outcomes", "gradients", "laws", "memory", "identities"),
        cfg=tuple(f"recurrence.{key}" for key in CLAIMED),
    ),
    figures=Tables(
        ("curves", "outcomes", "gradients", "memory"),
        cfg=tuple(f"recurrence.{key}" for key in DRAWN),
    ),
    work=WORK,
    footprint=FOOTPRINT,
    faults=faults,
    demands=demands,
)
