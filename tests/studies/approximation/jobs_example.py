"""The jobs of the study of approximation at the smoke scale, and what makes them run again."""

from tests.workflow.jobs import LEDGER, REPORT, JobsExample, MoreSeeds, Setting, code, gathering

GATHERING = gathering("approximation")
CLAIMS = {"approximation_claims": 1, **LEDGER}
FIGURES = {"approximation_figures": 1, **REPORT}
# Two groups of widths.
TRAINED = {"approximation_train": 4}  # smooth functions and others
ADAM = {"approximation_tune": 2, **TRAINED}
DESCENT = {"approximation_descend": 2}
DEEP = {"approximation_deep": 1}
CONSTRUCTED = {"approximation_construct": 2}
INTERPOLATED = {"approximation_interpolate": 1}
COMPOSED = {"approximation_compose": 1}
WRITTEN = {**CONSTRUCTED, **INTERPOLATED, **COMPOSED}
BATCH = {**TRAINED, **DESCENT, **DEEP, **WRITTEN, **GATHERING}
SMOOTH = {"approximation_train": 2, **DESCENT, "approximation_construct": 1, **GATHERING}
EVERYTHING = {**BATCH, "approximation_tune": 2, "approximation_identities": 1}

EXAMPLE = JobsExample(
    everything=EVERYTHING,
    edits=[
        code("learning/ensemble/trainer.py", {**ADAM, **DEEP, **GATHERING}),
        code("studies/approximation/quasi_newton.py", {**DESCENT, **GATHERING}),
        code("studies/approximation/rates.py", {**TRAINED, **GATHERING}),
        code("studies/approximation/deep.py", {**DEEP, **GATHERING}),
        code(
            "studies/approximation/interpolation.py",
            {**CONSTRUCTED, **INTERPOLATED, **GATHERING},
        ),
        code("studies/approximation/identities.py", {"approximation_identities": 1, **GATHERING}),
        code(
            "studies/approximation/best_fit.py",
            {**COMPOSED, "approximation_identities": 1, **GATHERING},
        ),
        code("studies/approximation/tables.py", GATHERING),
        code("studies/approximation/exhibits.py", {**CLAIMS, **FIGURES}),
        code("studies/approximation/composed_figures.py", FIGURES),
        code("studies/lottery/claims.py", {}),  # a study that does not run here
    ],
    settings=[
        Setting("approximation={deep: {width: 5}}", {**DEEP, **GATHERING}),
        Setting("approximation={trained: {iterations: 11}}", {**DESCENT, **GATHERING}),
        Setting("approximation={trained: {tuning: {rates: [0.1, 0.2]}}}", {**ADAM, **GATHERING}),
        Setting("approximation={polynomials: {degrees: [4, 9]}}", {**INTERPOLATED, **GATHERING}),
        Setting('approximation={seeds: ["0-1", "3-4"]}', SMOOTH),
    ],
    more_seeds=MoreSeeds(
        'approximation={seeds: ["0-1", "3-4"], other_seeds: ["0-1", "3-4"]}',
        BATCH,
        frozenset({"3-4"}),
        11,
    ),
)
