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
IMAGES = {"grokking_images": 1, **GATHERING}
# Fifteen conditions and the images, one batch of seeds each.
TABLES = {"grokking_train": 15, **GATHERING}
STUDY = TABLES | IMAGES

EXAMPLE = JobsExample(
    everything={"data_fashion_mnist": 1, **STUDY},
    edits=[
        code("learning/networks/pair_mlp.py", {"grokking_train": 11, **GATHERING}),
        code("learning/networks/pair_transformer.py", ONE),  # of one condition at this scale
        code("learning/networks/pair_one_hot.py", {"grokking_train": 3, **GATHERING}),
        code("learning/ensemble/gradients/orthogonal.py", ONE),
        code("studies/grokking/operations.py", TABLES),
        code("studies/grokking/progress.py", TABLES),
        code("studies/grokking/images.py", IMAGES),
        code("studies/grokking/tables.py", GATHERING),
        code("evidence/statistics/survival.py", GATHERING),
        code("studies/grokking/claims.py", CLAIMS),
        code("studies/grokking/waiting_claims.py", {**CLAIMS}),
        code("studies/grokking/runs.py", CLAIMS),
        code("studies/grokking/figures.py", {"grokking_figures": 1, **REPORT}),
        code("learning/networks/mlp.py", IMAGES),
        code("learning/data/examples.py", IMAGES),
        # This study has no use for these.
        code("learning/networks/residual.py", {}),
        code("studies/lottery/masks.py", {}),
        Edit(  # of addition and what differs from it: not of the one-hot networks and the images
            "config/grokking.yaml",
            replaced("learning_rate: 0.01", "learning_rate: 0.02"),
            {"grokking_train": 12, **GATHERING},
        ),
    ],
    settings=[
        Setting("grokking={conditions: {orthogonal: {training: {learning_rate: 0.02}}}}", ONE),
        Setting("grokking={conditions: {division: {table: {size: 13}}}}", ONE),
        Setting("grokking={conditions: {rounded: {measured: [[0, 4]]}}}", ONE),
        Setting("grokking={images: {every: 20}}", IMAGES),
        Setting("grokking={generalisation: {hold: 20}}", TABLES),
        Setting("grokking={converged: 0.03}", GATHERING),
        Setting("grokking={tasks: [subtraction, division]}", {"grokking_figures": 1, **CLAIMS}),
    ],
    more_seeds=MoreSeeds(
        'grokking={seeds: ["100-101", "102-103"], compared_seeds: ["100-101", "102-103"],'
        ' task_seeds: ["100-101", "102-103"]}',
        STUDY,
        frozenset({"102-103"}),
        16,
    ),
)
