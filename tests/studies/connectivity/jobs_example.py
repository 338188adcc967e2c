"""The jobs of the connectivity study at the smoke scale, and what makes them run again."""

from tests.workflow.jobs import LEDGER, JobsExample, MoreSeeds, Setting, code, gathering

# Figures take their margins from the claims.
JUDGED = {"connectivity_claims": 1, "connectivity_figures": 1, **LEDGER}
GATHERING = gathering("connectivity")
PLANE = {"connectivity_plane": 1, **GATHERING}
# Curves of two kinds; four widths; copies that part of two networks.
CURVES = {"connectivity_curve": 2, "connectivity_paths": 1, **PLANE}
BAND = {"connectivity_band": 1, "connectivity_paths": 1, **GATHERING}
AVERAGES = {"connectivity_averages": 1, "connectivity_flatness": 1, **GATHERING}
SOUPS = {"connectivity_soups": 1, **GATHERING}
COPIES = {"connectivity_copies": 1, **SOUPS}
MATCHING = {"connectivity_matching": 4, **GATHERING}
BRANCHES = {"connectivity_branches": 2, **GATHERING}
PARTED = {"connectivity_parted": 2, **BRANCHES}
FLATNESS = {"connectivity_flatness": 1, **GATHERING}
ENDS = {"connectivity_ends": 5, **CURVES, **BAND, **COPIES, **MATCHING}
STUDY = ENDS | PARTED | AVERAGES

EXAMPLE = JobsExample(
    everything={"data_fashion_mnist": 1, "data_mnist_1d": 1, **STUDY},
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
        code("learning/subject.py", STUDY),
        code("studies/connectivity/task.py", COPIES),
        code("studies/connectivity/parted.py", PARTED),
        code("studies/connectivity/tables.py", GATHERING),
        code("evidence/statistics/trend.py", JUDGED),
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
        Setting("connectivity={measurement: {random_orders: 1}}", MATCHING),
        Setting("connectivity={measurement: {line_positions: 4}}", MATCHING | BRANCHES),
        Setting("connectivity={measurement: {plane_positions: 5}}", PLANE),
        Setting(
            "connectivity={minima: {mlp-8: {training: {steps: 21}}}}",
            {"connectivity_ends": 1, "connectivity_matching": 1, **GATHERING},
        ),
        Setting(
            "connectivity={minima: {resnet: {part: [0, 1]}}}",
            {"connectivity_parted": 1, "connectivity_branches": 1, **GATHERING},
        ),
    ],
    more_seeds=MoreSeeds(
        'connectivity={seeds: ["0-1", "4-5"]}',
        # The plane is a picture of the first pair.
        {rule: n for rule, n in STUDY.items() if rule != "connectivity_plane"},
        frozenset({"4-5"}),
        21,
    ),
)
