"""The claims of the study computed again from the columns of its tables, by NumPy."""

import numpy as np

from tests.studies.again import LOOKS, Again

OURS, SMALL = 1.0, 0.03
RICH, LAZY = 0.1, 10.0


def slopes(tables, value, layers, alpha):
    table = tables["widths"].astype({"alpha": float})
    table = table[(table.layers == layers) & np.isclose(table.alpha, alpha)]
    found = []
    for _, rows in table.sort_values("seed").groupby("seed"):
        values = rows[value].to_numpy(dtype=float)
        if not np.isfinite(values).all():
            found.append(np.nan)
            continue
        found.append(np.polyfit(np.log(rows.width.to_numpy(dtype=float)), np.log(values), 1)[0])
    return found


def both(tables, value, alpha, **rule):
    return [Again(slopes(tables, value, layers, alpha), **rule) for layers in (2, 3)]


def constant_kernel(tables):
    return [
        *both(tables, "kernel_change", OURS, low=-1.15, high=-0.85),
        *both(tables, "kernel_change", SMALL, low=-0.5, control=True),
    ]


def lazy_weights(tables):
    return [
        Again(slopes(tables, "weight_change", 2, OURS), -0.6, -0.4),
        Again(slopes(tables, "weight_change", 2, SMALL), low=-0.4, control=True),
    ]


def kernel_regression(tables):
    table = tables["widths"].astype({"alpha": float})
    table = table[(table.layers == 2) & (table.alpha == OURS)].sort_values(["seed", "width"])
    ends = table.groupby("seed").predictions.agg(["first", "last"])
    return [
        *both(tables, "predictions", OURS, high=-0.4),
        Again((ends["first"] / ends["last"]).to_numpy(), low=10, kind="ratio"),
        *both(tables, "last_layer", OURS, low=-0.4, control=True),
    ]


def limit(tables):
    return [
        *both(tables, "to_limit", OURS, low=-0.6, high=-0.4),
        *both(tables, "to_other", OURS, low=-0.25, control=True),
    ]


def feature_learning(tables):
    table = tables["parity"].astype({"alpha": float})
    table = table[table.learner == "network"].sort_values("seed")

    def of(target, value, alpha):
        return table[(table.target == target) & (table.alpha == alpha)][value].to_numpy()

    def gain(target):
        return of(target, "accuracy", RICH) - of(target, "accuracy", LAZY)

    return [
        Again(gain("sparse parity"), low=10),
        Again(of("sparse parity", "rise", RICH), low=0.01),
        Again(of("sparse parity", "rise", LAZY), high=0.01),
        Again(gain("random labels"), high=2, control=True),
    ]


def real_data(tables):
    parts = []
    for _, rows in tables["images"].groupby("size"):
        wide = rows.pivot(index="seed", columns="learner", values="accuracy").sort_index()
        parts.append(Again((wide.network - wide.kernel).to_numpy(), low=0))
        gain = (wide.linearised - wide.kernel).to_numpy()
        parts.append(Again(gain, high=0.5, control=True))
    return parts


AGAIN = {
    "constant-kernel": constant_kernel,
    "lazy-weights": lazy_weights,
    "kernel-regression": kernel_regression,
    "limit": limit,
    "feature-learning": feature_learning,
    "real-data": real_data,
}
LOOKS_OF = dict.fromkeys(AGAIN, LOOKS)
