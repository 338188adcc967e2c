"""The claims of the study computed again from the columns of its tables, by NumPy."""

from pathlib import Path

import numpy as np
import yaml

from tests.studies.again import Again

CONFIG = yaml.safe_load((Path(__file__).parents[3] / "config/recurrence.yaml").read_text())


def one(table, y, **where):
    """A value per seed of the rows whose columns equal those in `where`."""
    for name, wanted in where.items():
        table = table[table[name] == wanted]
    return table.sort_values("seed")[y].to_numpy(dtype=float)


def solved(tables, condition, **rule):
    accuracy = one(tables["outcomes"], "accuracy", condition=condition)
    steps = one(tables["outcomes"], "solved", condition=condition)
    return Again(
        np.where(np.isfinite(accuracy), ~np.isnan(steps) * 1.0, np.nan), kind="share", **rule
    )


def guessing(tables, condition, **rule):
    table = tables["outcomes"]
    above = one(table, "accuracy", condition=condition) - one(table, "chance", condition=condition)
    return Again((above < 10) * 1.0, kind="share", low=0.5, **rule)


def named(tables, names):
    """Those of `names` that are in the tables; made-up ones have fewer."""
    return [name for name in names if name in set(tables["outcomes"].condition)]


def law(tables, network, value):
    return one(tables["laws"], value, network=network, arm="initialised", moment="start")


def vanishing(tables):
    others = [n for n in CONFIG["decaying"] if n in set(tables["laws"].network)]
    others = [n for n in others if n == "tanh" or "window-49" in set(tables["outcomes"].condition)]
    ratio = law(tables, "linear", "slope") / np.log(0.9)
    return [
        *[Again(law(tables, name, "r_squared"), low=0.95) for name in ("linear", *others)],
        Again(ratio, 0.95, 1.05),
        *[Again(law(tables, name, "slope"), high=0) for name in others],
        Again(law(tables, "exploding", "slope"), low=0, control=True),
    ]


def gates(tables):
    return [
        solved(tables, "lstm", low=0.5),
        solved(tables, "gru", low=0.5),
        solved(tables, "rnn", high=0.5),
        solved(tables, "unbiased", high=0.5, control=True),
    ]


def far(tables, network, lag=100):
    return one(
        tables["gradients"], "relative", network=network, arm="trained", moment="start", lag=lag
    )


def gates_gradient(tables):
    plain = far(tables, "rnn")
    return [
        Again(far(tables, "lstm") - plain, low=4),
        Again(far(tables, "gru") - plain, low=4),
        Again(far(tables, "unbiased") - plain, high=4, control=True),
    ]


def truncation(tables):
    return [
        solved(tables, "window-45", low=0.5),
        guessing(tables, "window-55"),
        guessing(tables, "window-150"),
        solved(tables, "whole-55", low=0.5, control=True),
        solved(tables, "gru", low=0.5, control=True),
    ]


def mixed(tables):
    return [solved(tables, "mixed", low=0.5), guessing(tables, "alone", control=True)]


def saves(tables):
    def worst(arm, value):
        table = tables["memory"]
        found = []
        for _, part in table[table.arm == arm].groupby(["network", "seed"]):
            lengths, amounts = np.log(part.length.to_numpy()), np.log(part[value].to_numpy())
            found.append(np.polyfit(lengths, amounts, 1)[0])
        return [max(found)]

    return [
        Again(worst("window", "saved"), high=0.05, kind="exact"),
        Again(worst("window", "inference"), high=0.05, kind="exact"),
        Again(worst("whole", "inference"), high=0.05, kind="exact"),
        Again(worst("whole", "saved"), 0.9, 1.1, kind="exact", control=True),
    ]


def attention(tables):
    table = tables["outcomes"]
    ours, theirs = (one(table, "solved", condition=name) for name in ("attention-150", "lstm"))
    sooner = np.where(np.isnan(ours), np.inf, ours) < np.where(np.isnan(theirs), np.inf, theirs)
    return [
        *[solved(tables, name, low=0.5) for name in named(tables, CONFIG["attention"])],
        solved(tables, "placed", low=0.5),
        Again(sooner * 1.0, low=0.5, kind="share"),
        Again(far(tables, "attention-150", 150), -1, 1),
        solved(tables, "unplaced", high=0.5, control=True),
    ]


AGAIN = {
    "vanishing": vanishing,
    "gates": gates,
    "gates-gradient": gates_gradient,
    "truncation": truncation,
    "truncation-mixed": mixed,
    "truncation-saves": saves,
    "attention": attention,
}
