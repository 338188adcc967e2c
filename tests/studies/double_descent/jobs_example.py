"""The jobs of the double-descent study at the smoke scale, and what makes them run again."""

from tests.workflow.jobs import LEDGER, REPORT, JobsExample, MoreSeeds, Setting, code, gathering

GATHERING = gathering("double_descent")
CLAIMS = {"double_descent_claims": 1, **LEDGER}
FIGURES = {"double_descent_figures": 1, **REPORT}
REGRESSION = {"double_descent_features": 1, "double_descent_sizes": 1, **GATHERING}
TWO_SCALES = {"double_descent_two_scales": 1, **GATHERING}
# Two groups of widths, and the long training with label noise and without.
NETWORKS = {"double_descent_networks": 2, **GATHERING}
EPOCHS = {"double_descent_epochs": 2, **GATHERING}
TRAINED = {**NETWORKS, **EPOCHS}
STUDY = {**REGRESSION, **TRAINED, **TWO_SCALES}

EXAMPLE = JobsExample(
    everything={"data_fashion_mnist": 1, "data_mnist_1d": 1, **STUDY},
    edits=[
        code("learning/ensemble/trainer.py", TRAINED),
        code("learning/ensemble/widths.py", NETWORKS),
        code("learning/networks/residual.py", EPOCHS),
        code("learning/networks/mlp.py", NETWORKS),  # the long training is of residual networks
        code("learning/averaging/iterates.py", TRAINED),
        code("learning/regression/ridge.py", REGRESSION),
        code("learning/regression/random_features.py", REGRESSION),
        code("learning/regression/gradient_descent.py", TWO_SCALES),
        code("learning/data/label_noise.py", {**REGRESSION, **TRAINED}),
        code("studies/double_descent/regression.py", REGRESSION),
        code("studies/double_descent/features.py", {"double_descent_features": 1, **GATHERING}),
        code("studies/double_descent/sizes.py", {"double_descent_sizes": 1, **GATHERING}),
        code("studies/double_descent/two_scales.py", TWO_SCALES),
        code("studies/double_descent/members.py", TRAINED),
        code("studies/double_descent/networks.py", NETWORKS),
        code("studies/double_descent/widened.py", NETWORKS),
        code("studies/double_descent/epochs.py", EPOCHS),
        code("studies/double_descent/tables.py", GATHERING),
        code("studies/double_descent/outcomes.py", {**CLAIMS, **FIGURES}),
        code("studies/double_descent/effects.py", {**CLAIMS, **FIGURES}),
        code("studies/double_descent/regression_claims.py", CLAIMS),
        code("studies/double_descent/marks.py", FIGURES),
        code("evidence/statistics/trend.py", CLAIMS),
        code("evidence/statistics/extrapolation.py", {**CLAIMS, **FIGURES}),
        code("studies/lottery/claims.py", {}),  # a study that does not run here
    ],
    settings=[
        Setting("double_descent={features: {unseen: 40}}", REGRESSION),
        Setting("double_descent={features: {ridges: [0.1, 0.2]}}", REGRESSION),
        Setting(
            "double_descent={sizes: {sizes: [8, 15, 30, 46, 60, 120, 240]}}",
            {"double_descent_sizes": 1, **GATHERING},
        ),
        Setting("double_descent={two_scales: {steps: 1999}}", TWO_SCALES),
        Setting("double_descent={networks: {training: {learning_rate: 0.02}}}", NETWORKS),
        Setting("double_descent={epochs: {measurements: 5}}", EPOCHS),
        Setting("double_descent={networks: {network: {sizes: [40, 1, 10]}}}", NETWORKS),
        # Another group of widths trains itself alone.
        Setting(
            "double_descent={networks: {groups: [[2, 3, 4, 5], [8, 20], [24]]}}",
            {"double_descent_networks": 1, **GATHERING},
            says="widths 24",
        ),
        # So does another label noise of the long training.
        Setting(
            "double_descent={epochs: {noise: [0, 0.3]}}", {"double_descent_epochs": 1, **GATHERING}
        ),
    ],
    more_seeds=MoreSeeds(
        'double_descent={seeds: ["0-1", "2-3"], regression_seeds: ["0-1", "2-3"]}',
        STUDY,
        frozenset({"2-3"}),
        7,
    ),
)
