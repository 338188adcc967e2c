"""The claims of the study computed again from the columns of its tables, by SciPy and NumPy."""

import numpy as np
from scipy.optimize import curve_fit

from tests.studies.again import Again

FREE = (5, 10, 20, 40)


def rows(table, x, y, **where):
    """The points x, and y [seeds, points], of the rows whose columns equal those in `where`."""
    for name, wanted in where.items():
        table = table[table[name] == wanted]
    table = table.sort_values(["seed", x])
    points = np.sort(table[x].unique()).astype(float)
    return points, table[y].to_numpy(dtype=float).reshape(-1, len(points))


def one(table, y, **where):
    """A value per seed of the rows whose columns equal those in `where`."""
    for name, wanted in where.items():
        table = table[table[name] == wanted]
    return table.sort_values("seed")[y].to_numpy(dtype=float)


def slopes(x, y):
    return [np.polyfit(x, row, 1)[0] for row in y]


def held_out(x, y):
    errors = []
    for row in y:
        lines = [np.polyfit(np.delete(x, at), np.delete(row, at), 1) for at in range(len(x))]
        errors.append(
            np.mean([(np.polyval(line, x[at]) - row[at]) ** 2 for at, line in enumerate(lines)])
        )
    return np.array(errors)


def recall(tables):
    table = tables["recall"]
    cues = table.cue.unique()

    def shares(network, passes, control):
        values = [passes(one(table, "share", network=network, cue=cue)) * 1.0 for cue in cues]
        return [Again(each, low=0.5, kind="share", control=control) for each in values]

    return [
        *shares("below capacity", lambda share: share > 0.95, False),
        *shares("above capacity", lambda share: share < 0.05, True),
    ]


def limit(table):
    """The common limit of all levels as N → ∞, by Levenberg–Marquardt."""
    mean = table.groupby(["level", "size"]).load.mean().reset_index()
    level = np.unique(mean.level, return_inverse=True)[1]

    def load(size, end, exponent, *far):
        return end + np.array(far)[level] * size**-exponent

    start = [0.14, 0.7, *np.ones(level.max() + 1)]
    found, _ = curve_fit(load, mean["size"].astype(float), mean.load, p0=start, maxfev=20000)
    return found[0]


def capacity(tables):
    loads, images = tables["critical_loads"], tables["half_recalled"]

    def pseudo(n):
        first = loads[loads.seed.isin(np.sort(loads.seed.unique())[:n])]
        seeds = first.seed.unique()
        return [
            n * limit(first) - (n - 1) * limit(first[first.seed != seed]) for seed in sorted(seeds)
        ]

    return [
        Again(pseudo, 0.13, 0.145),
        Again(one(images, "load", arm="images, Hebb"), high=0.05, control=True),
        Again(one(images, "load", arm="images, pseudo-inverse"), low=0.14, control=True),
    ]


def exponential(tables):
    dimensions, bits = rows(tables["bits"], "dimension", "bits")
    sizes, patterns = rows(tables["dense_capacity"], "size", "patterns", order=2)
    ours = held_out(np.log(dimensions), bits) / held_out(dimensions, bits)
    logs = np.log2(patterns)
    classical = held_out(np.log(sizes), logs) / held_out(sizes, logs)
    return [
        Again(slopes(dimensions, bits), low=0.5),
        Again(ours, low=1, kind="ratio"),
        Again(slopes(np.log2(sizes), logs), 0.85, 1.15, control=True),
        Again(classical, high=1, kind="ratio", control=True),
    ]


def dense_memory(tables):
    def beyond(order, expected, **rule):
        sizes, patterns = rows(tables["dense_capacity"], "size", "patterns", order=order)
        powers = np.array(slopes(np.log(sizes), np.log(patterns)))
        return Again(powers - expected, **rule)

    return [
        beyond(3, 2, low=-0.2, high=0.2),
        beyond(4, 3, low=-0.2, high=0.2),
        beyond(2, 2, high=-0.2, control=True),
    ]


def one_step(tables):
    products, logs = rows(tables["separation"], "product", "log_error", arm="apart")
    _, errors = rows(tables["separation"], "product", "error", arm="apart")
    far = products >= 4
    return [
        Again(slopes(products[far], logs[:, far]), high=-0.95),
        *[
            Again(errors[:, at], low=0.1, control=True)
            for at in range(len(products))
            if products[at] < 1
        ],
    ]


def beta(tables):
    table, widths = tables["regimes"], tables["blending"]
    stored = table.stored.iloc[0]

    def number(value):
        return one(table, "effective", arm="images", beta=value)

    ratio = one(widths, "decades", arm="shuffled pixels") / one(widths, "decades", arm="images")
    return [
        Again(number(100), high=1.5),
        Again(number(10), 2, stored / 2),
        Again(number(0.01), low=0.9 * stored),
        Again(ratio, high=0.5, kind="ratio", control=True),
    ]


AGAIN = {
    "recall": recall,
    "capacity": capacity,
    "exponential": exponential,
    "dense-memory": dense_memory,
    "one-step": one_step,
    "beta": beta,
}
LOOKS_OF = dict.fromkeys(AGAIN, FREE)
