"""An ensemble of students, compared with a plain loop over students of torch.nn.

    python -m benchmarks.distillation [--threads 1] [--steps 20] [--csv FILE]

First a step of training (loss, gradient, Adam) of forty students that are taught at different
temperatures: the training loop of all studies against a Python loop over students, each with an
optimiser of its own and the loss written as usual, with `torch.nn.functional.kl_div`. Students have
the sizes of the study. Both see the same examples and soft targets, which are stored.

Then predictions of the teacher of the study against those of its student, by the same plain
modules: what the smaller network saves in time, beside what it saves in multiply-adds.

Rounds alternate, so that other load on the machine slows both. Reported are CPU milliseconds of the
process per network and step (median over rounds), and the median ratio of a round.
"""

import argparse
import itertools
from collections.abc import Callable
from functools import partial

import pandas as pd
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from benchmarks._rounds import in_turns
from workflow_scripts.core.arithmetic import export_arithmetic, fix_arithmetic
from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.studies.distillation.distilled import Distilled, distillation

STUDENTS, ROUNDS = 40, 5
PIXELS, CLASSES, EXAMPLES, RATE = 196, 10, 1000, 0.002
TEMPERATURES = (1.0, 2.0, 4.0, 8.0)
SIZES = [(8, 50), (16, 50), (64, 50), (64, 100)]
"""Hidden units and examples of a batch."""
TEACHER, STUDENT, BATCH = [PIXELS, 200, 200, CLASSES], [PIXELS, 64, CLASSES], 1000
"""Networks of the study, and images that are predicted at once."""
Run = Callable[[int], None]
"""So many steps of all networks."""


class Lesson:
    """Made-up images and what a teacher says of them, read by each student at a temperature."""

    def __init__(self) -> None:
        random = torch.Generator().manual_seed(0)
        self.inputs = torch.randn(EXAMPLES, PIXELS, generator=random)
        self.logits = 3 * torch.randn(EXAMPLES, CLASSES, generator=random)
        self.labels = self.logits.argmax(-1)
        self.temperatures = [TEMPERATURES[n % len(TEMPERATURES)] for n in range(STUDENTS)]

    def soft(self, student: int) -> Tensor:
        """The targets of a student."""
        return (self.logits / self.temperatures[student]).softmax(-1)


def ours(lesson: Lesson, units: int, batch: int) -> Run:
    """The training loop of the studies; it draws initial values and moments anew each time."""
    network, members = Mlp([PIXELS, units, CLASSES]), list(range(STUDENTS))
    packed = [
        Distilled.packed(lesson.soft(n), lesson.labels, lesson.temperatures[n], 1.0).values
        for n in members
    ]
    data = Split(lesson.inputs, Distilled(torch.stack(packed), per_member=True))
    ensemble = Ensemble(network, network.initialise(members), data, members, loss=distillation)

    def run(steps: int) -> None:
        settings = {
            "optimiser": {"kind": "adam"},
            "learning_rate": RATE,
            "batch_size": batch,
            "steps": steps,
        }
        train(ensemble, Training.model_validate(settings))

    return run


def plain(sizes: list[int]) -> nn.Sequential:
    """The same network as modules of torch."""
    layers: list[nn.Module] = []
    for given, units in itertools.pairwise(sizes):
        layers += [nn.Linear(given, units), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def theirs(lesson: Lesson, units: int, batch: int) -> Run:
    """Modules one by one, with an optimiser each."""
    models = [plain([PIXELS, units, CLASSES]) for _ in range(STUDENTS)]
    optimisers = [torch.optim.Adam(model.parameters(), RATE) for model in models]
    targets = [lesson.soft(student) for student in range(STUDENTS)]

    def run(steps: int) -> None:
        for step in range(steps):
            rows = torch.arange(step * batch, (step + 1) * batch) % EXAMPLES
            for model, optimiser, soft, temperature in zip(
                models, optimisers, targets, lesson.temperatures, strict=True
            ):
                optimiser.zero_grad()
                read = (model(lesson.inputs[rows]) / temperature).log_softmax(-1)
                loss = F.kl_div(read, soft[rows], reduction="batchmean")
                (temperature**2 * loss).backward()
                optimiser.step()

    return run


def predicting(sizes: list[int], inputs: Tensor) -> Run:
    """Predictions of one network."""
    model = plain(sizes)

    @torch.no_grad()
    def run(steps: int) -> None:
        for _ in range(steps):
            model(inputs).argmax(-1)

    return run


def compared(name: str, runs: tuple[Run, Run], networks: int, steps: int) -> dict[str, str | float]:
    """CPU milliseconds per network and step of both, ours first, and their ratio."""
    for run in runs:
        run(1)
    own, other = ((partial(run, steps), steps * networks) for run in runs)
    return in_turns(name, own, other, ROUNDS)


def main(arguments: list[str] | None = None) -> None:
    """Print the table, and write it with --csv."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=20, help="steps of a round")
    parser.add_argument("--csv", help="also write the table to this file")
    given = parser.parse_args(arguments)
    fix_arithmetic(given.threads)
    lesson = Lesson()
    rows = [
        compared(
            f"{STUDENTS} students of {units} units, batch {batch}: loop over torch.nn",
            (ours(lesson, units, batch), theirs(lesson, units, batch)),
            STUDENTS,
            given.steps,
        )
        for units, batch in SIZES
    ]
    both = tuple(predicting(sizes, lesson.inputs[:BATCH]) for sizes in (STUDENT, TEACHER))
    adds = [
        sum(given * units for given, units in itertools.pairwise(sizes))
        for sizes in (TEACHER, STUDENT)
    ]
    name = f"prediction, student against teacher ({adds[0] / adds[1]:.1f} × the multiply-adds)"
    rows.append(compared(name, (both[0], both[1]), 1, 10 * given.steps))
    table = pd.DataFrame(rows)
    print(table.to_string(index=False, float_format=lambda value: f"{value:,.3g}"))
    if given.csv:
        write_table(table, given.csv)


if __name__ == "__main__":
    export_arithmetic()
    main()
