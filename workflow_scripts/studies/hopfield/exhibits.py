"""What the study shows without a verdict: identities with their largest difference, and numbers."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workflow_scripts.evidence.claims.evidence import per_seed
from workflow_scripts.evidence.claims.shown import Shown
from workflow_scripts.evidence.statistics.intervals import NoData
from workflow_scripts.studies.hopfield.measures import mean_loads, scaling, scaling_with, wide

Tables = Mapping[str, pd.DataFrame]

WRONG = 1e-3
"""Difference that a wrong inverse temperature must cause, far above rounding errors."""
NAMED = {"1/2": 1 / 2, "2/3": 2 / 3, "1": 1.0}
"""Exponents of the approach to infinite size beside the fitted one, by name."""


def exponents(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """The limit of the capacity with other exponents of the size than the fitted one."""
    sizes, loads = mean_loads(tables["critical_loads"])
    if not np.isfinite(loads).all():
        raise NoData("a seed has no load at which its overlap falls below a level")
    fitted = scaling(sizes, loads)
    others = {name: scaling_with(sizes, loads, number) for name, number in NAMED.items()}
    return [
        Shown(f"fitted exponent, −{fitted.exponent:.2f}", fitted.limit),
        *[Shown(f"exponent −{name}", found.limit) for name, found in others.items()],
    ]


def local_growth(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """The growth of the modern network's capacity from each dimension to the next."""
    bits = wide(tables["bits"], "dimension", "bits").T
    growth = (bits.diff().div(bits.index.to_series().diff(), axis=0)).iloc[1:]
    ends = zip(bits.index, bits.index[1:], strict=False)
    return [
        Shown(f"from {low} to {high} dimensions", float(np.mean(row)))
        for (low, high), row in zip(ends, growth.to_numpy(), strict=True)
    ]


def energy(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """No update of a single neuron raises the energy while couplings are symmetric."""
    table = tables["energy"]
    rises = {each: per_seed(table, "rise", couplings=each) for each in ("symmetric", "one-way")}
    return [
        Shown("symmetric couplings, largest rise", float(np.max(rises["symmetric"].to_numpy()))),
        Shown(
            "one-way couplings, smallest of the seeds' largest rises",
            float(np.min(rises["one-way"].to_numpy())),
            above=0,
        ),
    ]


def bound(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """The error of one update is below its bound, which is proportional to exp(−βΔ)."""
    table = tables["separation"]
    apart = table[table.arm == "apart"]
    return [
        Shown("largest error", float(np.max(apart.of_bound.to_numpy()))),
        Shown(
            "largest error, of the bound with twice the separation",
            float(np.max(apart.of_double_bound.to_numpy())),
            above=1,
        ),
    ]


def is_attention(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """One update of the modern network is attention: batched, masked and with several heads."""
    return _worst(tables["identities"], "attention")


def arc(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """Hopfield networks, Boltzmann machines, restricted ones and attention are one family."""
    return _worst(tables["identities"], "family")


def _worst(table: pd.DataFrame, group: str) -> list[Shown]:
    """The worst of all draws of all seeds, and the least at another inverse temperature."""
    parts = table[table.group == group].groupby("identity", sort=False)
    if not parts.ngroups:
        raise NoData(f"no identity of {group} was checked")
    right = [Shown(str(n), float(np.max(part.difference.to_numpy()))) for n, part in parts]
    wrong = [
        Shown(f"{n}, at another temperature", float(np.min(part.mismatch.to_numpy())), above=WRONG)
        for n, part in parts
    ]
    return right + wrong
