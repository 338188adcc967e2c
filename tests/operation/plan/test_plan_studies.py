"""Each rule's work grows with its settings as its arithmetic does."""

import copy

import pytest

from workflow_scripts.operation.plan.studies import RULES, work_of_job

SEEDS = {"seeds": "0-4"}
NETWORK = {"kind": "mlp", "sizes": [40, 8, 10]}
CHAIN = {
    "lottery.chains.a.network": NETWORK,
    "lottery.chains.a.sample": {"dataset": "mnist-1d", "train": 90, "test": 10},
}
FEATURES = {"sample": {"train": 1000}, "widths": [100_000]}
ARM = {"task": "t", "rates": [1, 2], "radii": [0], "training": {"steps": 50, "batch_size": 4}}
TASK = {"network": NETWORK, "sample": {"train": 300}}
PAIRS = {
    "grokking.conditions.main.table": {"operation": "add", "size": 101, "fraction": 0.25},
    "grokking.conditions.main.network": {"kind": "pair-mlp", "embedding": 4, "hidden": 8},
    "grokking.conditions.main.training": {"steps": 100},
}
WIDTHS = {
    "double_descent.networks.layers": 2,
    "double_descent.networks.noise": [0, 0.1],
    "double_descent.networks.training": {"steps": 100, "batch_size": 10},
}
CASES = [
    ("grokking_train", PAIRS, SEEDS, "grokking.conditions.main.training.steps", 2, 2),
    ("grokking_train", PAIRS, SEEDS, "grokking.conditions.main.table.fraction", 2, 2),
    ("double_descent_networks", WIDTHS, {**SEEDS, "group": "5-20"}, "group", "5-10-20", 1.5),
    (
        "double_descent_features",
        {"double_descent.features": FEATURES},
        SEEDS,
        "double_descent.features.widths",
        [200_000],
        210 / 110,  # n² (10 n + d) at n = 1000
    ),
    (
        "double_descent_sizes",
        {"double_descent.sizes": {"sizes": [100], "width": 100}},
        SEEDS,
        "double_descent.sizes",
        {"sizes": [200], "width": 200},
        8,
    ),
    (
        "sharpness_train",
        {"sharpness.arms.a": ARM, "sharpness.tasks.t": TASK},
        SEEDS,
        "sharpness.arms.a.rates",
        [1, 2, 3, 4],
        2,
    ),
    (
        "sharpness_measure",
        {
            "sharpness.arms": {"a": ARM, "b": ARM},
            "sharpness.tasks": {"t": TASK},
            "sharpness.measures": {"trace_vectors": 20},
        },
        SEEDS,
        "sharpness.measures.trace_vectors",
        3,
        3,
    ),
    (
        "connectivity_paths",
        CHAIN | {"connectivity.measurement.positions": 10, "connectivity.measurement.train": 90},
        SEEDS,
        "connectivity.measurement.positions",
        3,
        3,
    ),
    (
        "connectivity_plane",
        CHAIN | {"c.measurement.plane_positions": 10, "c.measurement.train": 90},
        SEEDS,
        "c.measurement.plane_positions",
        2,
        4,
    ),
    (
        "connectivity_branches",
        CHAIN | {"c.measurement.branch_positions": 10, "c.measurement.train": 40},
        SEEDS,
        "c.measurement.train",
        90,
        2,
    ),
    (
        "connectivity_matching",
        CHAIN | {"c.measurement.positions": 10},
        SEEDS,
        "c.measurement.positions",
        2,
        2,
    ),
    (
        "connectivity_flatness",
        CHAIN | {"c.measurement.curvature": 10},
        SEEDS,
        "c.measurement.curvature",
        2,
        2,
    ),
    (
        "hopfield_capacity",
        {"hopfield.capacity.trials": 5, "hopfield.capacity.sweeps": 7},
        {**SEEDS, "size": "100"},
        "size",
        "300",
        9,
    ),
    (
        "hopfield_recall",
        {"hopfield.recall": {"size": 10, "trials": 3, "sweeps": 4}},
        SEEDS,
        "hopfield.recall.size",
        2,
        4,
    ),
    (
        "hopfield_images",
        {"hopfield.regimes": {"stored": 10, "queries": 3, "betas": [1]}},
        SEEDS,
        "hopfield.regimes.stored",
        2,
        2,
    ),
    (
        "hopfield_spheres",
        {"hopfield.spheres": {"dimensions": [10], "most": 4, "queries": 3}},
        SEEDS,
        "hopfield.spheres.most",
        6,
        4,
    ),
    (
        "hopfield_dense",
        {
            "hopfield.dense": {
                "orders": [{"order": 3, "sizes": [10]}],
                "loads": [1.0],
                "trials": 2,
            }
        },
        SEEDS,
        "hopfield.dense.orders",
        [{"order": 3, "sizes": [20]}],
        8,
    ),
]


def changed(cfg, wildcards, path, value):
    """Settings with one value replaced, or multiplied where it is a number."""
    cfg, wildcards = copy.deepcopy(cfg), dict(wildcards)
    if path in wildcards:
        return cfg, wildcards | {path: value}
    key = next(k for k in (path, path.rpartition(".")[0]) if k in cfg)
    holder, name = (cfg, path) if key == path else (cfg[key], path.rpartition(".")[2])
    number = isinstance(holder[name], int | float)
    replaced = path in ("hopfield.spheres.most", "c.measurement.train")
    holder[name] = holder[name] * value if number and not replaced else value
    return cfg, wildcards


@pytest.mark.parametrize(("rule", "cfg", "wildcards", "path", "value", "factor"), CASES)
def test_work_grows_as_it_should(rule, cfg, wildcards, path, value, factor):
    before = work_of_job(rule, cfg, wildcards).amount
    after = work_of_job(rule, *changed(cfg, wildcards, path, value)).amount
    assert after == pytest.approx(factor * before, rel=0.02)


@pytest.mark.parametrize(("rule", "cfg", "wildcards"), {c[0]: c[:3] for c in CASES}.values())
def test_work_grows_with_seeds(rule, cfg, wildcards):
    one, five = ({**wildcards, "seeds": seeds} for seeds in ("7-7", "0-4"))
    assert work_of_job(rule, cfg, five).amount == 5 * work_of_job(rule, cfg, one).amount > 0


def test_every_rule_here_is_one_of_the_workflow():
    assert {rule for rule, *_ in CASES} | {"sharpness_panels"} == set(RULES)
