"""The jobs of the grokking study at the smoke scale, and what makes them run again."""

from tests.workflow.edits import replaced
from tests.workflow.jobs import (
    LEDGER,
    REPORT,
    Edit,
    JobsExample,
    MoreSeeds,
    Setting,
    code,
    gathering,
)

GATHERING = gathering("grokking")
CLAIMS = {"grokking_claims": 1, **LEDGER}
ONE = {"grokking_train": 1, **GATHERING}
# Fourteen conditions, one batch of seeds each.
STUDY = {"grokking_train": 14, **GATHERING}

EXAMPLE = JobsExample(
    everything=STUDY,
    edits=[
        code("learning/networks/pair_mlp.py", {"grokking_train": 13, **GATHERING}),
        code("learning/networks/pair_transformer.py", ONE),  # of one condition at this scale
        code("learning/ensemble/gradients/orthogonal.py", ONE),
        code("studies/grokking/operations.py", STUDY),
        code("studies/grokking/progress.py", STUDY),
        code("studies/grokking/tables.py", GATHERING),
        code("evidence/statistics/survival.py", GATHERING),
        code("studies/grokking/claims.py", CLAIMS),
        code("evidence/statistics/trend.py", CLAIMS),
        code("studies/grokking/figures.py", {"grokking_figures": 1, **REPORT}),
        # This study has no use for these.
        code("learning/networks/mlp.py", REPORT),  # the report reads the settings of all studies
        code("learning/data/examples.py", {}),
        code("studies/lottery/masks.py", {}),
        Edit("config/grokking.yaml", replaced("learning_rate: 0.01", "learning_rate: 0.02"), STUDY),
    ],
    settings=[
        Setting("grokking={conditions: {orthogonal: {training: {learning_rate: 0.02}}}}", ONE),
        Setting("grokking={conditions: {division: {table: {size: 13}}}}", ONE),
        Setting("grokking={conditions: {stable: {measured: [[0, 4]]}}}", ONE),
        Setting("grokking={generalisation: {hold: 20}}", STUDY),
        Setting("grokking={converged: 0.02}", GATHERING),
        Setting("grokking={tasks: [subtraction, division]}", {"grokking_figures": 1, **CLAIMS}),
    ],
    more_seeds=MoreSeeds(
        'grokking={conditions: {orthogonal: {seeds: ["0-1", "2-4"]}}}', ONE, frozenset({"2-4"}), 1
    ),
)
