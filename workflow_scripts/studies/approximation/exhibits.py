"""What the study shows without a verdict: what is exact, and what is counted."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workflow_scripts.evidence.claims.shown import Shown
from workflow_scripts.evidence.statistics.intervals import NoData
from workflow_scripts.studies.approximation.effects import (
    OPTIMISERS,
    Tables,
    ratio,
    widths,
)
from workflow_scripts.studies.approximation.marks import KINKED, ROUGH


def telgarsky(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """Tents composed k times are a network of two units in each of k layers with 2^k pieces."""
    table = _of(tables, "tents")
    pieces = np.abs((table.pieces - 2.0**table.layers).to_numpy())
    return [
        Shown("from exact fractions", float(np.max(table.difference.to_numpy()))),
        Shown("pieces − 2^k", float(np.max(pieces))),
    ]


def square(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """Composed tents approximate the square with an error of exactly 2^(−2m − 2) in m layers."""
    table = _of(tables, "square")
    apart = np.abs((table.error - table.theory).to_numpy())
    one_less = np.abs((table.error - 4 * table.theory).to_numpy())
    return [
        Shown("from 2^(−2m − 2)", float(np.max(apart))),
        Shown("from the error of one layer less, smallest", float(np.min(one_less)), above=0),
    ]


def counting(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """No network of one layer with as many parameters as k tents falls below the counting bound."""
    table = _of(tables, "counting")
    over = (table.wrong - table.bound).to_numpy()
    deepest = table.sort_values("layers").iloc[-1]
    return [
        Shown("wrong − bound, smallest", float(np.min(over)), above=0),
        Shown(f"wrong at k = {deepest.layers:g}", float(deepest.wrong), above=float(deepest.bound)),
    ]


def other_functions(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """The error of networks trained by Adam over that of constructed ones, of other functions."""
    _, wide = widths(tables["trained"])
    return [
        Shown(kind, float(np.exp(np.mean(np.log(ratio(tables, OPTIMISERS[0], kind, wide))))))
        for kind in (KINKED, ROUGH)
    ]


def stopped(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """How far training had come to an end: of the widest networks on smooth functions."""
    table = tables["trained"]
    _, wide = widths(table)
    table = table[(table.width == wide) & (table.kind == "smooth")]
    adam, lbfgs = (table[table.optimiser == optimiser] for optimiser in OPTIMISERS)
    if adam.empty or lbfgs.empty:
        raise NoData("one of the optimisers was not run")
    fall = float(np.exp(np.mean(np.log(adam.loss / adam.late_loss))))
    return [
        Shown("Adam: loss at the end over that at 90 % of the steps", fall),
        Shown("L-BFGS: share that ended by itself", float(np.mean(lbfgs.converged == 1))),
    ]


def _of(tables: Tables, identity: str) -> pd.DataFrame:
    table = tables["identities"]
    table = table[table.identity == identity]
    if table.empty:
        raise NoData(f"no identity of {identity} was checked")
    return table
