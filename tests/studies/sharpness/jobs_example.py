"""The jobs of the sharpness study at the smoke scale, and what makes them run again."""

from tests.workflow.jobs import LEDGER, JobsExample, MoreSeeds, Setting, code, gathering

GATHERING = gathering("sharpness")
MEASURED = {"sharpness_measure": 1, **GATHERING}
PICTURED = {"sharpness_panels": 1, **GATHERING}
# Ten arms, of which seven learn images and three signals.
STUDY = {"sharpness_train": 10, "sharpness_panels": 1, **MEASURED}
ONE_UNPICTURED = {"sharpness_train": 1, **MEASURED}
ONE_PICTURED = ONE_UNPICTURED | PICTURED

EXAMPLE = JobsExample(
    everything={"data_fashion_mnist": 1, "data_mnist_1d": 1, **STUDY},
    edits=[
        code("learning/ensemble/gradients/sharpness_aware.py", {**STUDY, "sharpness_train": 2}),
        code("learning/ensemble/target.py", STUDY),
        code("learning/curvature/lanczos.py", MEASURED | PICTURED),
        code("learning/curvature/trace.py", MEASURED),
        code("learning/curvature/slices.py", PICTURED),
        code(
            "studies/sharpness/minima.py",
            {"sharpness_claims": 1, "sharpness_figures": 1, **LEDGER},
        ),
        code("studies/sharpness/tables.py", GATHERING),
    ],
    settings=[
        Setting("sharpness={arms: {random: {radii: [0.3]}}}", ONE_UNPICTURED),
        Setting("sharpness={arms: {large: {training: {batch_size: 100}}}}", ONE_PICTURED),
        Setting("sharpness={measures: {noise: 0.3}}", MEASURED | PICTURED),
        Setting("sharpness={slices: {extent: 0.5}}", PICTURED),
        Setting(
            "sharpness={tasks: {signals: {sample: {train: 200}}}}",
            {"sharpness_train": 3, **MEASURED},
        ),
    ],
    more_seeds=MoreSeeds('sharpness={seeds: ["0-1", "2-3"]}', STUDY, frozenset({"2-3"}), 12),
)
