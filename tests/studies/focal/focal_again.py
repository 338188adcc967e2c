"""The claims of the study computed again from the columns of its tables, by NumPy."""

import numpy as np

from tests.studies.again import LOOKS, Again

USUAL, EXTREME = ("alpha-25", "alpha-50", "alpha-75", "alpha-90"), ("alpha-99", "alpha-999")
RIVALS = ("hardest", "hardest-3", "random-100", "random", "easiest-first")
"""Made-up tables have some of the arms, and one more."""


def known(tables, arms):
    return [arm for arm in arms if arm in set(tables["precision"].arm)]


def precision(tables, arm, lost=False):
    table = tables["precision"]
    values = table[table.arm == arm].sort_values("seed").precision.to_numpy(dtype=float)
    return np.nan_to_num(values, nan=0.0) if lost else values


def shares(tables, arm, value, moment):
    table = tables["shares"]
    own = table[(table.arm == arm) & (table.moment == moment)]
    return own.sort_values("seed")[value].to_numpy(dtype=float)


def errors(tables, arm, value):
    table = tables["calibration"]
    return table[table.arm == arm].sort_values("seed")[value].to_numpy(dtype=float)


def easy_negatives(tables):
    parts = [
        Again(shares(tables, "alpha-50", value, "start"), low=50) for value in ("loss", "gradient")
    ]
    for moment in ("start", "middle"):
        for value in ("loss", "gradient"):
            ours, plain = (shares(tables, arm, value, moment) for arm in ("focal", "alpha-50"))
            parts.append(Again(ours - plain / 3, high=0))
    for value in ("balanced_loss", "balanced_gradient"):
        parts.append(Again(shares(tables, "alpha-50", value, "start"), high=50, control=True))
    return parts


def above_each(tables, arms, low):
    ours = precision(tables, "focal")
    return [Again(ours - precision(tables, arm), low=low) for arm in arms]


def seeds_below(tables, arm, other, **rule):
    below = precision(tables, other) - precision(tables, arm)
    share = np.where(np.isfinite(below), below > 0, np.nan)
    return Again(share, kind="share", control=True, **rule)


def detector(tables):
    control = seeds_below(tables, "steep", "focal", low=0.5)
    return [*above_each(tables, known(tables, USUAL), 0), control]


def detector_best_alpha(tables):
    matched = precision(tables, "focal") - precision(tables, "matched")
    parts = above_each(tables, known(tables, USUAL + EXTREME), 0)
    return [*parts, Again(matched, high=1, control=True)]


def prior(tables):
    ratio = shares(tables, "no-prior", "total", "start") / shares(
        tables, "alpha-99", "total", "start"
    )

    def lost(arm, without):
        return precision(tables, arm) - precision(tables, without, lost=True)

    plain, focal = lost("alpha-99", "no-prior"), lost("focal", "focal-no-prior")
    balanced = lost("uniform", "uniform-no-prior")
    return [
        Again(ratio, low=10, kind="ratio"),
        Again(plain, low=1),
        Again(focal, low=1),
        Again(balanced - plain / 2, high=0, control=True),
    ]


def matched_prior(tables):
    ours, plain, focal = (precision(tables, arm) for arm in ("matched", "alpha-50", "focal"))
    return [Again(ours - focal, low=-1), Again(plain - focal, high=-1, control=True)]


def versus_mining(tables):
    uniform = precision(tables, "uniform-no-prior") - precision(tables, "focal")
    return [
        *above_each(tables, known(tables, RIVALS), -1),
        Again(uniform, high=-1, control=True),
    ]


def calibration(tables):
    focal = errors(tables, "focal", "error")
    left = np.abs(errors(tables, "focal", "scaled")) - np.abs(focal) / 2
    even = errors(tables, "uniform-no-prior", "error")
    small = np.where(np.isfinite(even), np.abs(even) < 0.05, np.nan)
    return [
        Again(focal - errors(tables, "alpha-50", "error"), high=0),
        Again(left, high=0),
        Again(small, low=0.5, kind="share", control=True),
    ]


AGAIN = {
    "easy-negatives": easy_negatives,
    "detector": detector,
    "detector-best-alpha": detector_best_alpha,
    "prior": prior,
    "matched-prior": matched_prior,
    "versus-mining": versus_mining,
    "calibration": calibration,
}
LOOKS_OF = dict.fromkeys(AGAIN, LOOKS)
