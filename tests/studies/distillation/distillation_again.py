"""The claims of the study computed again from the columns of its tables, by NumPy."""

import numpy as np

from tests.studies.again import LOOKS, Again


def column(table, value, **where):
    """The mean of the copies of each seed, in the order of the seeds."""
    keep = np.ones(len(table), dtype=bool)
    for name, wanted in where.items():
        keep &= (table[name] == wanted).to_numpy()
    part = table[keep]
    seeds = sorted(set(part.seed))
    return np.array([np.mean(part[value].to_numpy(float)[part.seed == seed]) for seed in seeds])


def accuracy(tables, lesson, arm):
    return column(tables["students"], "accuracy", lesson=lesson, arm=arm)


def few(tables, arm, other="hard"):
    return accuracy(tables, "few", arm) - accuracy(tables, "few", other)


def soft_beats_hard(tables):
    return [
        Again(few(tables, "soft"), low=1),
        Again(few(tables, "smoothed"), high=1, control=True),
        Again(few(tables, "untrained"), high=1, control=True),
    ]


def temperature(tables):
    return [
        Again(few(tables, "soft", "cool"), low=0),
        Again(few(tables, "hot"), high=0.3, control=True),
    ]


def dark_knowledge(tables):
    same = np.abs(few(tables, "same", "soft")).max()
    return [
        Again(few(tables, "soft", "permuted"), low=0),
        Again(few(tables, "permuted") - few(tables, "soft") / 2, high=0),
        Again(few(tables, "soft", "level"), low=0),
        Again([same] * len(few(tables, "soft")), high=0, kind="exact", control=True),
    ]


def omitted_class(tables):
    table = tables["omitted"]
    # Class 5 and 9 in both; the made-up tables have no class 1.
    judged = table[table.omitted.isin([1, 5, 9])]

    def after(arm):
        return column(judged, "recall", arm=arm, moment="after")

    return [
        Again(after("soft"), low=50),
        Again(after("hard"), high=1, control=True),
        Again(after("permuted"), high=15, control=True),
    ]


def ensemble(tables):
    soft = accuracy(tables, "all", "soft")
    return [
        Again(accuracy(tables, "all", "ensemble") - soft, low=0),
        Again(accuracy(tables, "all", "again") - soft, high=0.05, control=True),
    ]


def compression(tables):
    table, teacher = tables["students"], accuracy(tables, "teacher", "teacher")
    own, theirs = table[table.lesson == "all"], table[table.arm == "teacher"]
    parts = [
        Again(100 * accuracy(tables, "all", "soft") / teacher, low=97),
        Again(accuracy(tables, "all", "soft") - accuracy(tables, "all", "hard"), low=0),
        Again(100 * accuracy(tables, "tiny", "soft") / teacher, high=97, control=True),
    ]
    for cost, most in (("parameters", 60), ("multiply_adds", 62)):
        share = 100 * own[cost].max() / theirs[cost].min()
        parts.append(Again([share] * len(teacher), high=most, kind="exact"))
    return parts


def fidelity(tables):
    agreements = tables["agreements"]
    own = column(agreements, "agreement", pair="student and teacher")
    mutual = column(agreements, "agreement", pair="two students of one teacher")
    gap = accuracy(tables, "teacher", "teacher") - accuracy(tables, "all", "soft")
    return [
        Again(own, high=95),
        Again(gap, low=-2, high=2),
        Again(mutual - own, low=0, control=True),
    ]


AGAIN = {
    "soft-beats-hard": soft_beats_hard,
    "temperature": temperature,
    "dark-knowledge": dark_knowledge,
    "omitted-class": omitted_class,
    "ensemble": ensemble,
    "compression": compression,
    "fidelity": fidelity,
}
LOOKS_OF = dict.fromkeys(AGAIN, LOOKS)
