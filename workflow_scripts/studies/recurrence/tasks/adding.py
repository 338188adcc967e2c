"""The adding problem, as Bai et al. 2018 (section 4.1) have it."""

from collections.abc import Sequence

import torch
from torch import Tensor

from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import RealVectors
from workflow_scripts.studies.recurrence.tasks.adding_settings import AddingSettings
from workflow_scripts.studies.recurrence.tasks.drawing import splits


def adding(
    task: AddingSettings, seeds: Sequence[int], count: int, held_out: int
) -> tuple[Split, Split]:
    """Numbers in [0, 1) and marks `[N, T, 2]`, one mark in each half; sums `[N, 1]`."""

    def sequences(random: torch.Generator, count: int) -> tuple[Tensor, Tensor]:
        numbers = torch.rand(count, task.length, generator=random)
        half, every = task.length // 2, torch.arange(count)
        marks, sums = torch.zeros_like(numbers), torch.zeros(count)
        for start, stop in ((0, half), (half, task.length)):
            place = torch.randint(start, stop, (count,), generator=random)
            marks[every, place] = 1
            sums += numbers[every, place]
        return torch.stack([numbers, marks], dim=2), sums.unsqueeze(1)

    return splits(sequences, RealVectors, seeds, count, held_out)
