"""The copying task, as Bai et al. 2018 (section 4.1) have it."""

from collections.abc import Sequence

import torch
from torch import Tensor

from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassMaps
from workflow_scripts.studies.recurrence.tasks.copying_settings import (
    ALPHABET,
    MEMORISED,
    CopyingSettings,
)
from workflow_scripts.studies.recurrence.tasks.drawing import splits


def copying(
    task: CopyingSettings, seeds: Sequence[int], count: int, held_out: int
) -> tuple[Split, Split]:
    """Symbols `[N, T + 20]`: ten to copy, blanks, and from T + 9 on the sign that asks for them."""

    def sequences(random: torch.Generator, count: int) -> tuple[Tensor, Tensor]:
        copied = torch.randint(1, ALPHABET + 1, (count, MEMORISED), generator=random)
        symbols = torch.zeros(count, task.shape.length, dtype=torch.int64)
        answers = symbols.clone()
        symbols[:, :MEMORISED] = copied
        symbols[:, -MEMORISED - 1 :] = ALPHABET + 1
        answers[:, -MEMORISED:] = copied
        return symbols.to(torch.uint8), answers

    return splits(sequences, ClassMaps, seeds, count, held_out)
