"""The jobs of the connectivity study at the smoke scale, and what makes them run again."""

from tests.workflow.jobs import LEDGER, JobsExample, MoreSeeds, Setting, code, gathering

# Figures take their margins from the claims.
JUDGED = {"connectivity_claims": 1, "connectivity_figures": 1, **LEDGER}
GATHERING = gathering("connectivity")
PLANE = {"connectivity_plane": 1, **GATHERING}
# Curves of two kinds; four widths; copies that part in two chains.
CURVES = {"connectivity_curve": 2, "connectivity_paths": 1, **PLANE}
BAND = {"connectivity_band": 1, "connectivity_paths": 1, **GATHERING}
AVERAGES = {"connectivity_averages": 1, "connectivity_flatness": 1, **GATHERING}
SOUPS = {"connectivity_soups": 1, **GATHERING}
COPIES = {"connectivity_copies": 2, **SOUPS}
MATCHING = {"connectivity_matching": 4, **GATHERING}
BRANCHES = {"connectivity_branches": 2, **GATHERING}
FLATNESS = {"connectivity_flatness": 1, **GATHERING}
STUDY = CURVES | BAND | AVERAGES | COPIES | MATCHING | BRANCHES
# Both networks of each pair in four chains, the dense residual network once, and four branches.
NEEDED = {"lottery_dense": 9, "lottery_branch": 4}

EXAMPLE = JobsExample(
    everything={"data_fashion_mnist": 1, "data_mnist_1d": 1, **NEEDED, **STUDY},
    edits=[
        code("learning/paths/curve_network.py", CURVES),
        code("learning/paths/band.py", BAND),
        code("learning/paths/curve.py", CURVES | BAND),
        code("learning/paths/matching.py", MATCHING),
        code("learning/paths/plane.py", PLANE),
        code("learning/paths/barrier.py", GATHERING),
        code(
            "learning/paths/measure.py", {"connectivity_paths": 1, **SOUPS, **MATCHING, **BRANCHES}
        ),
        code("learning/averaging/iterates.py", AVERAGES),
        code("learning/averaging/soups.py", SOUPS),
        code("learning/curvature/lanczos.py", FLATNESS),
        code("learning/subject.py", {**NEEDED, **STUDY}),
        code("studies/connectivity/tables.py", GATHERING),
        code("evidence/statistics/trend.py", JUDGED),
        code("studies/lottery/branch.py", {"lottery_branch": 4, **BRANCHES}),
        code("studies/lottery/level.py", {}),  # nothing of the study hangs on pruning
        code("studies/lottery/claims.py", {}),
    ],
    settings=[
        # The plane is of the other curve.
        Setting(
            "connectivity={curves: {chain: {training: {steps: 11}}}}",
            {"connectivity_curve": 1, "connectivity_paths": 1, **GATHERING},
        ),
        Setting("connectivity={band: {spring: 0.5}}", BAND),
        Setting("connectivity={averaging: {decay: 0.5}}", AVERAGES),
        Setting("connectivity={soups: {weight_decays: [0.1]}}", COPIES),
        Setting("connectivity={measurement: {curvature: 99}}", FLATNESS),
        Setting("connectivity={measurement: {branch_positions: 4}}", BRANCHES),
        Setting("connectivity={measurement: {plane_positions: 5}}", PLANE),
        # Another chain of lottery trains its networks alone.
        Setting(
            "lottery={chains: {lenet-eighth: {training: {steps: 21}}}}",
            {"lottery_dense": 2, "connectivity_matching": 1, **GATHERING},
        ),
    ],
    more_seeds=MoreSeeds(
        'connectivity={seeds: ["0-1", "4-5"]}',
        # The plane is a picture of the first pair.
        {rule: n for rule, n in {**NEEDED, **STUDY}.items() if rule != "connectivity_plane"},
        frozenset({"4-5", "6-7"}),
        28,
    ),
)
