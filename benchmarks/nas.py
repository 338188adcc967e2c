"""The table of cells: an ensemble of different cells, compared with one cell after the other.

    python -m benchmarks.nas [--threads 1] [--steps 40] [--csv FILE]

First the training of the table as the study does it, 24 networks of different cells, against
the same networks one after the other: written with torch's own modules and optimiser in a plain
loop, as an author of one network would, and by our training loop with one member. Cells are drawn
from the spaces of the study; both ways train on batches of the same size from the same signals.

Then searches of 200 evaluations on a table, a hundred repetitions at a time, against the same
algorithm one repetition at a time. No public search library can be imported here for comparison:
those that were looked for are named in the last line.

Rounds alternate, so that other load on the machine slows both. Reported are CPU milliseconds of the
process (median over rounds), and the median ratio of a round.
"""

import argparse
import importlib.util
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
import yaml
from torch import Tensor, nn

from benchmarks._rounds import in_turns
from workflow_scripts.core.arithmetic import export_arithmetic, fix_arithmetic
from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.studies.nas.algorithms import ALGORITHMS
from workflow_scripts.studies.nas.cell import DILATIONS, EDGES, NODES, choices
from workflow_scripts.studies.nas.lookup import Lookup
from workflow_scripts.studies.nas.network import CellNetwork
from workflow_scripts.studies.nas.settings import Nas
from workflow_scripts.studies.nas.signals import Signals, Source
from workflow_scripts.studies.nas.spaces import all_cells

NETWORKS, ROUNDS, SEED = 24, 5, 9000
EVALUATIONS, REPETITIONS = 200, 100
OTHERS = ("syne_tune", "nats_bench", "nas_201_api", "naslib")
Run = Callable[[], object]


class Plain(nn.Module):
    """One network of a cell, of torch's modules."""

    def __init__(self, cell: str, channels: int, classes: int) -> None:
        super().__init__()
        self.cell = cell
        self.stem = nn.Sequential(
            nn.Conv1d(1, channels, 5, 2, 2, bias=False), nn.BatchNorm1d(channels)
        )
        self.edges = nn.ModuleList([self.operation(letter, channels) for letter in cell])
        self.output = nn.Linear(channels, classes)

    @staticmethod
    def operation(letter: str, channels: int) -> nn.Module:
        """The module of an edge."""
        if letter == "s":
            return nn.Identity()
        if letter not in DILATIONS:
            return nn.AvgPool1d(3, 1, 1, count_include_pad=False)
        reach = DILATIONS[letter]
        convolution = nn.Conv1d(channels, channels, 3, 1, reach, reach, bias=False)
        return nn.Sequential(nn.ReLU(), convolution, nn.BatchNorm1d(channels))

    def forward(self, signals: Tensor) -> Tensor:
        nodes = [self.stem(signals.unsqueeze(1))]
        for target in range(1, NODES):
            given = [
                module(nodes[source])
                for (source, end), module, letter in zip(EDGES, self.edges, self.cell, strict=True)
                if end == target and letter != "n"
            ]
            nodes.append(sum(given) if given else torch.zeros_like(nodes[0]))
        answers: Tensor = self.output(nodes[-1].relu().mean(2))
        return answers


def batched(settings: Nas, cells: list[str], drawn: Signals, steps: int) -> Run:
    """Our training loop on networks of these cells."""
    network = CellNetwork(
        settings.signals.length,
        settings.body.channels,
        settings.body.classes,
        list(map(choices, cells)),
    )
    seeds = [SEED] * len(cells)
    training = settings.cells.training.model_copy(update={"steps": steps})
    ensemble = Ensemble(
        network, network.initialise(seeds), drawn.train.of(range(len(cells))), seeds
    )
    return lambda: train(ensemble, Training.model_validate(training.model_dump()))


def one_by_one(settings: Nas, cells: list[str], drawn: Signals, steps: int) -> Run:
    """The same networks with torch's modules, a loop over networks and one over steps."""
    batch, rate = settings.cells.training.batch_size or 1, settings.cells.training.learning_rate
    inputs, targets = drawn.train.batch(torch.arange(len(drawn.train)).expand(len(cells), -1))

    def run() -> None:
        for number, cell in enumerate(cells):
            model = Plain(cell, settings.body.channels, settings.body.classes)
            optimiser = torch.optim.Adam(model.parameters(), lr=rate, fused=True)
            order = torch.randperm(len(drawn.train))
            for step in range(steps):
                rows = order[step * batch : (step + 1) * batch]
                loss = F.cross_entropy(model(inputs[number][rows]), targets[number][rows])
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()

    return run


def each_alone(settings: Nas, cells: list[str], drawn: Signals, steps: int) -> Run:
    """Our training loop, one network after the other."""
    runs = [batched(settings, [cell], drawn, steps) for cell in cells]
    return lambda: [run() for run in runs]


def searches(settings: Nas, name: str, repetitions: int, times: int) -> Run:
    """`times` searches of the largest space, `repetitions` at a time, on a made-up table."""
    random = np.random.default_rng(SEED)
    space = settings.spaces[settings.growing[-1]]
    cells = all_cells([space], settings.cells.hand)
    table = pd.DataFrame({"cell": cells, "draw": 0})
    for column in ("quarter", "half", "validation", "test"):
        table[column] = random.normal(80, 5, len(cells))
    lookup = Lookup.of(table, space)
    search = settings.search.model_copy(update={"trainings": (1, EVALUATIONS)})
    feedback = {n: np.tile(values, (repetitions, 1)) for n, values in lookup.feedback.items()}
    algorithm = ALGORITHMS[name]
    return lambda: [algorithm(lookup, feedback, search, random) for _ in range(times)]


def main(arguments: list[str] | None = None) -> None:
    """Print the table, and write it with --csv."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=40, help="steps of a training")
    parser.add_argument("--csv", help="also write the table to this file")
    given = parser.parse_args(arguments)
    fix_arithmetic(given.threads)
    text = Path("config/nas.yaml").read_text(encoding="utf-8")
    settings = Nas.model_validate(yaml.safe_load(text))
    known = all_cells(settings.spaces.values(), settings.cells.hand)
    picked = np.random.default_rng(SEED).choice(known, NETWORKS, replace=False).tolist()
    drawn = Source.of(settings.signals).of_seeds(settings.sample, [SEED] * NETWORKS)
    ours = batched(settings, picked, drawn, given.steps)
    rows = [
        in_turns(
            f"{NETWORKS} cells, {given.steps} steps: {words}",
            (ours, NETWORKS),
            (theirs, NETWORKS),
            ROUNDS,
        )
        for words, theirs in (
            ("torch.nn, one after the other", one_by_one(settings, picked, drawn, given.steps)),
            ("our loop, one after the other", each_alone(settings, picked, drawn, given.steps)),
        )
    ]
    for name in ALGORITHMS:
        together = searches(settings, name, REPETITIONS, 1)
        alone = searches(settings, name, 1, REPETITIONS)
        case = f"{name}, {EVALUATIONS} evaluations: one repetition at a time"
        rows.append(in_turns(case, (together, REPETITIONS), (alone, REPETITIONS), ROUNDS))
    table = pd.DataFrame(rows)
    print(table.to_string(index=False, float_format=lambda value: f"{value:,.3g}"))
    there = [name for name in OTHERS if importlib.util.find_spec(name)]
    print(f"can be imported, of {', '.join(OTHERS)}: {', '.join(there) or 'none'}")
    if given.csv:
        write_table(table, given.csv)


if __name__ == "__main__":
    export_arithmetic()
    main()
