"""The claims of the study computed again from the columns of its tables, by NumPy."""

import numpy as np

from tests.studies.again import LOOKS, Again

GROWING = {"edges-2": 2, "edges-3": 3, "middle": 5, "edges-6": 6}
SUPERNETS = {"edges-6": "first"}
SPACES = ("good", "middle", "bad")


def _of(table, value, **where):
    for name, wanted in where.items():
        table = table[table[name] == wanted]
    return table.sort_values("seed")[value].to_numpy(dtype=float)


def search(tables, value, space, algorithm, trainings=300):
    table = tables["searches"]
    return _of(table, value, space=space, algorithm=algorithm, trainings=trainings)


def darts(tables, value, space, step=400):
    name = SUPERNETS.get(space, space)
    return _of(tables["supernets"], value, supernet=name, step=step)


def waiting(tables, space, n):
    """Logarithms of trainings; the regret that is waited for is a median over the first n seeds."""
    level = np.median(darts(tables, "regret", space)[:n])
    table = tables["reached"]
    table = table[(table.space == space) & (table.algorithm == "reinforce")]
    found = []
    for _, rows in table.sort_values(["seed", "level"]).groupby("seed"):
        x, y = rows.level.to_numpy(dtype=float), rows.log_trainings.to_numpy()
        after = int(np.clip(np.searchsorted(x, level), 1, len(x) - 1))
        part = (level - x[after - 1]) / (x[after] - x[after - 1])
        found.append(y[after - 1] + part * (y[after] - y[after - 1]))
    return np.array(found[:n])


def rl_is_expensive(tables):
    cost = darts(tables, "trainings", "edges-6")[0]

    def slope(n):
        logs = np.array([waiting(tables, space, n) for space in GROWING])
        return np.polyfit(list(GROWING.values()), logs, 1)[0]

    gain = search(tables, "regret", "edges-6", "random", 40) - search(
        tables, "regret", "edges-6", "reinforce", 40
    )
    return [
        Again(lambda n: 10 ** waiting(tables, "edges-6", n) / cost, low=10, kind="ratio"),
        Again(slope, low=0),
        Again(gain, low=0, control=True),
    ]


def darts_works(tables):
    second = _of(tables["supernets"], "above_mean", supernet="second", step=400)
    return [
        Again(darts(tables, "above_mean", "edges-6"), low=1),
        Again(second, low=1),
        Again(_of(tables["untrained"], "above_mean", supernet="first"), high=1, control=True),
    ]


def _algorithms(tables):
    return sorted(set(tables["searches"].algorithm))


def marginal(tables):
    def best(n):
        seen = {
            name: search(tables, "validation", "edges-6", name)[:n].mean()
            for name in _algorithms(tables)
        }
        return max(seen, key=seen.get)

    def over(value):
        def of(n):
            name = best(n)
            found = search(tables, "accuracy", "edges-6", name)
            return (found - search(tables, value, "edges-6", name))[:n]

        return of

    return [Again(over("hand"), -1, 1), Again(over("space_mean"), low=1, control=True)]


def space_over_algorithm(tables):
    table = tables["variances"]

    def ratio(arm):
        return _of(table, "spaces", arm=arm) / _of(table, "algorithms", arm=arm)

    means = np.array(
        [
            [search(tables, "accuracy", space, name, 40) for name in _algorithms(tables)]
            + [darts(tables, "accuracy", space)]
            for space in SPACES
        ]
    )
    with_darts = means.mean(1).var(0, ddof=1) / means.mean(0).var(0, ddof=1)
    return [
        Again(ratio("spaces"), low=5, kind="ratio"),
        Again(with_darts, low=5, kind="ratio"),
        Again(ratio("permuted"), high=5, kind="ratio", control=True),
    ]


def no_good_no_find(tables):
    def best(space):
        return np.max(
            [search(tables, "accuracy", space, name) for name in _algorithms(tables)], axis=0
        )

    mean = search(tables, "space_mean", "good", "random")
    return [Again(mean - best("bad"), low=0), Again(best("good") - mean, low=0, control=True)]


def compound(tables):
    def against(name):
        def of(n):
            singles = {
                single: _of(tables["scaled"], "validation", network=single)[:n].mean()
                for single in ("depth", "width", "length")
            }
            best = max(singles, key=singles.get)
            ours = _of(tables["scaled"], "test", network=name)
            return (ours - _of(tables["scaled"], "test", network=best))[:n]

        return of

    return [Again(against("together"), low=0), Again(against("half"), high=0, control=True)]


def collapse(tables):
    def change(name, value):
        table = tables["supernets"]
        return _of(table, value, supernet=name, step=1000) - _of(
            table, value, supernet=name, step=100
        )

    return [
        Again(change("first", "share"), low=0),
        Again(change("first", "accuracy"), high=0),
        Again(change("protected", "share"), high=0.5, control=True),
    ]


AGAIN = {
    "rl-is-expensive": rl_is_expensive,
    "darts-works": darts_works,
    "marginal": marginal,
    "space-over-algorithm": space_over_algorithm,
    "no-good-no-find": no_good_no_find,
    "compound": compound,
    "collapse": collapse,
}
LOOKS_OF = dict.fromkeys(AGAIN, LOOKS)
