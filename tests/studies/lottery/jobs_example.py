"""The jobs of the lottery study in the smallest run, and what makes them run again."""

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
from tests.workflow.repository_copy import SMALLEST

GATHERING = gathering("lottery")
# Every training and what follows it: five chains, one batch of seeds.
STUDY = {
    "lottery_dense": 5,
    "lottery_level": 4,
    "lottery_long": 1,
    "lottery_control": 2,
    "lottery_needle": 4,
    "lottery_branch": 2,
    "lottery_instability": 1,
    **GATHERING,
}
EVERYTHING = {"data_fashion_mnist": 1, "data_mnist_1d": 1, **STUDY}
# The chains on Fashion-MNIST: lenet has two levels, the other three are parents of needles.
LENETS = {
    "lottery_dense": 4,
    "lottery_level": 2,
    "lottery_long": 1,
    "lottery_control": 2,
    "lottery_needle": 4,
    **GATHERING,
}
# The chain on MNIST-1D: one level after each of two rewindings, copies that part at two steps.
RESNET = {
    "lottery_dense": 1,
    "lottery_level": 2,
    "lottery_branch": 2,
    "lottery_instability": 1,
    **GATHERING,
}

EXAMPLE = JobsExample(
    everything=EVERYTHING,
    edits=[
        # Published files are the same whatever fetches them.
        code("core/step.py", {"data_mnist_1d": 1, **STUDY}),
        code("learning/data/origins/fashion_mnist.py", REPORT),
        code("learning/data/mnist1d.py", {"data_mnist_1d": 1, **RESNET}),
        code("learning/ensemble/trainer.py", STUDY),
        # The script of instability imports it too.
        code(
            "studies/lottery/branch.py",
            {"lottery_branch": 2, "lottery_instability": 1, **GATHERING},
        ),
        # The control of lenet at level 1 has its masks.
        code("studies/lottery/level.py", {"lottery_level": 4, "lottery_control": 1, **GATHERING}),
        code("studies/lottery/tables.py", GATHERING),
        code(
            "evidence/statistics/intervals.py",
            {"lottery_claims": 1, "lottery_figures": 1, **LEDGER},
        ),
        # Figures take the margins of the claims.
        code("evidence/statistics/trend.py", {"lottery_claims": 1, "lottery_figures": 1, **LEDGER}),
        code("evidence/claims/ledger.py", LEDGER),
        code("evidence/figures/style.py", {"lottery_figures": 1, **REPORT}),
        # The rules of claims are written with their margins.
        code("evidence/numbers.py", {"lottery_claims": 1, "lottery_figures": 1, **LEDGER}),
        code("evidence/claims/show.py", {}),  # only the target claims runs it
        Edit(
            "config/lottery.yaml",
            replaced("learning_rate: 0.0012", "learning_rate: 0.0013"),
            LENETS,
        ),
    ],
    settings=[
        Setting("lottery={needles: {survivors: 1400}}", {"lottery_needle": 4, **GATHERING}),
        Setting(
            "lottery={chains: {lenet-half: {pruning: {keep: 0.3}}}}",
            {"lottery_needle": 1, **GATHERING},
        ),
        Setting("data={fashion-mnist: {sources: [debian], local_folder: null}}", {}),
        Setting("data={mnist-1d: {seed: 43}}", {"data_mnist_1d": 1, **RESNET}),
        # Snakemake compares values without their names; in one dict a swap is seen.
        Setting(
            "lottery={chains: {resnet: {training: "
            "{learning_rate: 0.9, optimiser: {momentum: 0.1}}}}}",
            RESNET,
        ),
    ],
    more_seeds=MoreSeeds('lottery={seeds: ["0-1", "2-3"]}', STUDY, frozenset({"2-3"}), 19),
    configfile=SMALLEST,
)
