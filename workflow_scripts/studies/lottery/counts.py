"""What the study shows without a verdict: costs, and the same differences at other times."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workflow_scripts.evidence.claims.claim import paired
from workflow_scripts.evidence.claims.shown import Shown
from workflow_scripts.studies.lottery.outcomes import (
    EXTREME,
    MATCHING,
    Tables,
    late_chains,
    main_chain,
    needle_trend,
)

AT_THE_END = "end"
"""The column of accuracies at the end of training."""


def cost(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """What finding a ticket costs, in trainings of the ticket itself.

    All trainings have as many steps. The multiply-adds are those of the weights that are left: how
    a network is trained here, masked weights are multiplied too.
    """
    runs = main_chain(tables, cfg)
    shown = []
    for level in sorted({runs.first_level_below(below_it) for below_it in (MATCHING, EXTREME)}):
        weights = [runs.ticket(each, "survivors").mean() for each in range(level + 1)]
        shown += [
            Shown(f"trainings before that of the ticket, {runs.left(level)}", float(level)),
            Shown(
                f"their multiply-adds over the ticket's, {runs.left(level)}",
                float(sum(weights[:-1]) / weights[-1]),
                unit="×",
            ),
        ]
    return shown


def at_the_end(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """The differences that the claims are about, of the accuracies at the end of training."""
    runs = main_chain(tables, cfg)
    extreme, matching = runs.first_level_below(EXTREME), runs.first_level_below(MATCHING)
    first, last = late_chains(tables, cfg)
    late = first.first_level_below(MATCHING)
    ticket = runs.ticket(extreme, AT_THE_END)
    compared = {
        f"ticket − dense, {runs.left(matching)}": paired(
            runs.ticket(matching, AT_THE_END), runs.ticket(0, AT_THE_END)
        )
    }
    for arm in ("reinitialised", "shuffled", "random", "one-shot"):
        compared[f"ticket − {arm}, {runs.left(extreme)}"] = paired(
            ticket, runs.arm(arm, extreme, AT_THE_END)
        )
    for level in sorted({matching, extreme}):
        compared[f"fine-tuned − dense, {runs.left(level)}"] = paired(
            runs.arm("fine-tuned", level, AT_THE_END), runs.arm("fine-tuned", 0, AT_THE_END)
        )
    compared[f"late − early rewinding, {first.left(late)}"] = paired(
        last.ticket(late, AT_THE_END), first.ticket(late, AT_THE_END)
    )
    trend = needle_trend(tables, "ticket", AT_THE_END)
    return [
        *(Shown(name, _mean(difference)) for name, difference in compared.items()),
        Shown("ticket, per doubling of the parent", _mean(trend)),
    ]


def one_shot_long(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """How much of the lead of pruning in rounds is left after as many steps of dense training."""
    runs = main_chain(tables, cfg)
    level = runs.first_level_below(EXTREME)
    long = runs.arm("one-shot-long", level)
    ticket, once = (runs.arm(arm, level).loc[long.index] for arm in ("ticket", "one-shot"))
    return [
        Shown("ticket − one-shot, these seeds", _mean(ticket - once)),
        Shown("ticket − one-shot after as many steps", _mean(ticket - long)),
        Shown("number of these seeds", float(len(long)), unit=""),
    ]


def _mean(values: pd.Series) -> float:
    return float(values.mean(skipna=False))
