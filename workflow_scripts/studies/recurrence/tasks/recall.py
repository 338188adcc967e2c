"""Recall of a marked symbol among distractors of the same alphabet."""

from collections.abc import Sequence

import torch
from torch import Tensor

from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.studies.recurrence.tasks.drawing import splits
from workflow_scripts.studies.recurrence.tasks.recall_settings import RecallSettings


def recall(
    task: RecallSettings, seeds: Sequence[int], count: int, held_out: int
) -> tuple[Split, Split]:
    """Training and held-out sequences; a mark adds the number of symbols to a symbol."""

    def sequences(
        random: torch.Generator, count: int, lags: tuple[int, int]
    ) -> tuple[Tensor, Tensor]:
        symbols = torch.randint(task.symbols, (count, task.length), generator=random)
        lag = torch.randint(lags[0], lags[1] + 1, (count,), generator=random)
        every, place = torch.arange(count), task.length - 1 - lag
        answers = symbols[every, place]
        if task.marked:
            symbols[every, place] += task.symbols
        return symbols.to(torch.uint8), answers

    asked = task.lags if task.asked is None else (task.asked, task.asked)
    train, same = splits(
        lambda random, n: sequences(random, n, task.lags), ClassNumbers, seeds, count, held_out
    )
    if task.asked is None:
        return train, same
    _, others = splits(
        lambda random, n: sequences(random, n, asked), ClassNumbers, seeds[:1], 1, held_out
    )
    return train, others
