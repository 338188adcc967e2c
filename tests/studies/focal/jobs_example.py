"""The jobs of the study of focal loss at the smoke scale, and what makes them run again."""

from tests.workflow.jobs import LEDGER, REPORT, JobsExample, MoreSeeds, Setting, code, gathering

GATHERING = gathering("focal")
CLAIMS = {"focal_claims": 1, "focal_figures": 1, **LEDGER}
MEASURED = {"focal_measure": 1, **GATHERING}
TRAINED = {"focal_train": 1, **MEASURED}
IDENTITIES = {"focal_identities": 1, **GATHERING}
STUDY = {**TRAINED, **IDENTITIES}

EXAMPLE = JobsExample(
    everything={"data_fashion_mnist": 1, **STUDY},
    edits=[
        code("learning/ensemble/trainer.py", TRAINED),
        code("studies/focal/windows.py", TRAINED),
        code("studies/focal/scenes.py", TRAINED),
        code("studies/focal/loss.py", STUDY),
        code("studies/focal/detection.py", MEASURED),
        code("studies/focal/calibration.py", MEASURED),
        code("studies/focal/identities.py", IDENTITIES),
        code("studies/focal/tables.py", GATHERING),
        code("studies/focal/claims.py", CLAIMS),
        code("studies/focal/outcomes.py", CLAIMS),
        code("studies/focal/figures.py", {"focal_figures": 1, **REPORT}),
        code("learning/networks/residual.py", {}),
    ],
    settings=[
        Setting("focal={arms: {steep: {gamma: 4}}}", TRAINED),
        Setting("focal={training: {steps: 11}}", TRAINED),
        Setting("focal={suppression: {most: 3}}", MEASURED),
        Setting("focal={identities: {draws: 60}}", IDENTITIES),
    ],
    more_seeds=MoreSeeds('focal={seeds: ["100-101", "102-103"]}', STUDY, frozenset({"102-103"}), 3),
)
