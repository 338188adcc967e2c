"""The jobs of the study of recurrence at the smoke scale, and what makes them run again."""

from tests.workflow.jobs import LEDGER, REPORT, JobsExample, MoreSeeds, Setting, code, gathering

GATHERING = gathering("recurrence")
CLAIMS = {"recurrence_claims": 1, **LEDGER}
MEASURED = {"recurrence_gradients": 1, "recurrence_memory": 1, "recurrence_identities": 1}
TRAINED = {"recurrence_train": 18, "recurrence_gradients": 1, **GATHERING}
STUDY = {"recurrence_train": 18, **MEASURED, **GATHERING}
ONE = {"recurrence_train": 1, **GATHERING}
ATTENTION = {"recurrence_train": 6, "recurrence_gradients": 1, **GATHERING}

EXAMPLE = JobsExample(
    everything=STUDY,
    edits=[
        code("core/step.py", STUDY),
        code("learning/networks/recurrent.py", STUDY),
        code("learning/networks/attention.py", ATTENTION),
        code("studies/recurrence/tasks/recall.py", TRAINED),
        code("studies/recurrence/tasks/adding.py", {}),
        code("studies/recurrence/unrolled.py", {"recurrence_identities": 1, **GATHERING}),
        code("studies/recurrence/bytes_held.py", {"recurrence_memory": 1, **GATHERING}),
        code("studies/recurrence/tables.py", GATHERING),
        code("studies/recurrence/claims.py", CLAIMS),
        code("studies/recurrence/figures.py", {"recurrence_figures": 1, **REPORT}),
        code("learning/networks/residual.py", {}),
    ],
    settings=[
        Setting("recurrence={identities: {draws: 2}}", {"recurrence_identities": 1, **GATHERING}),
        Setting("recurrence={memory: {batch: 3}}", {"recurrence_memory": 1, **GATHERING}),
        Setting("recurrence={conditions: {mixed: {every: 10}}}", ONE),
    ],
    more_seeds=MoreSeeds(
        'recurrence={seeds: ["100-101", "102-103"]}', STUDY, frozenset({"102-103"}), 21
    ),
)
