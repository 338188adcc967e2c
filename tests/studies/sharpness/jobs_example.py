"""The jobs of the sharpness study at the smoke scale, and what makes them run again."""

from tests.workflow.jobs import LEDGER, JobsExample, MoreSeeds, Setting, code, gathering

GATHERING = gathering("sharpness")
PICTURED, RESCALED = {"sharpness_pictures": 1}, {"sharpness_rescale": 1}
# Fourteen arms, of which seven learn images and seven signals.
ARMS = 14
MEASURED = {"sharpness_measure": ARMS, **GATHERING}
STUDY = {"sharpness_train": ARMS, **PICTURED, **RESCALED, **MEASURED}
ONE = {"sharpness_train": 1, "sharpness_measure": 1, **GATHERING}

EXAMPLE = JobsExample(
    everything={"data_fashion_mnist": 1, "data_mnist_1d": 1, **STUDY},
    edits=[
        code(
            "learning/ensemble/gradients/sharpness_aware.py",
            {**ONE, **PICTURED, "sharpness_train": 2, "sharpness_measure": 2},
        ),
        code("learning/ensemble/target.py", STUDY),
        code("learning/curvature/lanczos.py", MEASURED | RESCALED),
        code("learning/curvature/trace.py", MEASURED),
        code("learning/curvature/slices.py", PICTURED | GATHERING),
        code(
            "studies/sharpness/minima.py",
            {"sharpness_claims": 1, "sharpness_figures": 1, **LEDGER},
        ),
        code("studies/sharpness/tables.py", GATHERING),
    ],
    settings=[
        Setting("sharpness={arms: {random: {radii: [0.3]}}}", ONE),
        Setting("sharpness={arms: {large: {training: {batch_size: 100}}}}", ONE | PICTURED),
        Setting("sharpness={measures: {noise: 0.3}}", MEASURED),
        Setting("sharpness={measures: {ascent_steps: 3}}", MEASURED | RESCALED),
        Setting("sharpness={slices: {extent: 0.5}}", PICTURED | GATHERING),
        Setting(
            "sharpness={tasks: {signals: {sample: {train: 200}}}}",
            {"sharpness_train": 7, **GATHERING, "sharpness_measure": 7},
        ),
    ],
    more_seeds=MoreSeeds('sharpness={seeds: ["0-1", "2-3"]}', STUDY, frozenset({"2-3"}), 30),
)
