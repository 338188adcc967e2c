"""The claims of the study computed again from the columns of its tables, by NumPy."""

import numpy as np

from tests.studies.again import Again


def values(table, x, y, **where):
    """The points x, and y [seeds, points], of the rows whose columns equal those in `where`."""
    for name, wanted in where.items():
        table = table[table[name] == wanted]
    table = table.sort_values(["seed", x])
    points = np.sort(table[x].unique()).astype(float)
    return points, table[y].to_numpy(dtype=float).reshape(-1, len(points))


def powers(table, y, **where):
    width, error = values(table, "width", y, **where)
    return [np.polyfit(np.log(width), np.log(row), 1)[0] for row in error]


def any_precision(tables):
    table, highest = tables["constructed"], {"smooth": -1.8, "kinked": -0.8, "rough": -0.2}
    ours = [
        Again(powers(table, "inside", kind=kind, activation="ReLU"), high=high)
        for kind, high in highest.items()
    ]
    flat = [powers(table, "inside", kind=kind, activation="polynomial") for kind in highest]
    return [*ours, *[Again(each, low=-0.1, control=True) for each in flat]]


def not_training(tables):
    parts = []
    for optimiser in ("Adam", "L-BFGS"):
        where = {"kind": "smooth", "optimiser": optimiser}
        width, error = values(tables["trained"], "width", "inside", **where)
        every, best = values(
            tables["constructed"], "width", "inside", kind="smooth", activation="ReLU"
        )
        for at, rule in ((-1, {"low": 10}), (0, {"high": 3, "control": True})):
            ratio = error[:, at] / best[:, list(every).index(width[at])]
            parts.append(Again(ratio, kind="ratio", **rule))
    return parts


def not_off_domain(tables):
    built = {"table": tables["constructed"], "kind": "smooth", "activation": "ReLU"}
    trained = [
        {"table": tables["trained"], "kind": "smooth", "optimiser": optimiser}
        for optimiser in ("Adam", "L-BFGS")
    ]
    return [
        *[Again(powers(y="outside", **each), low=-0.1) for each in (built, *trained)],
        Again(powers(y="inside", **built), high=-0.8, control=True),
        *[Again(powers(y="inside", **each), high=-0.2, control=True) for each in trained],
    ]


def depth_beats_width(tables):
    table = tables["tents"]
    smooth, tents = table[table.arm == "monotone"], table[table.arm == "tents"]
    fitted = tents[tents.needed.notna()]

    def doublings(part):
        depth, needed = values(part, "depth", "needed")
        return [np.polyfit(depth, np.log2(row), 1)[0] for row in needed]

    relative = tents.pieces / 2**tents.depth
    return [
        Again(doublings(fitted), 0.9, 1.1),
        Again(values(fitted, "depth", "shallow")[1][:, -1], low=0.5),
        Again([relative.loc[(relative - 1).abs().idxmax()]], 1, 1, kind="exact"),
        Again([tents.error.max()], high=1e-9, kind="exact"),
        Again(doublings(smooth), high=0.5, control=True),
    ]


def deep_not_found(tables):
    depths, left = values(tables["deep"], "depth", "left")
    return [
        *[Again(left[:, at], low=0.5) for at in np.flatnonzero(depths >= 5)],
        *[Again(left[:, at], high=0.05, control=True) for at in np.flatnonzero(depths <= 2)],
    ]


def polynomials_too(tables):
    def last(**where):
        return np.log10(values(tables["polynomials"], "degree", "error", **where)[1][:, -1])

    return [
        Again(last(function="smooth", nodes="Chebyshev"), high=-10),
        Again(last(function="Runge", nodes="equispaced"), low=0, control=True),
    ]


AGAIN = {
    "any-precision": any_precision,
    "not-training": not_training,
    "not-off-domain": not_off_domain,
    "depth-beats-width": depth_beats_width,
    "deep-not-found": deep_not_found,
    "polynomials-too": polynomials_too,
}
LOOKS_OF = {"not-off-domain": (5, 10, 20, 40)}
