"""An ensemble of recurrent networks, compared with torch's modules one by one and with a TCN.

    python -m benchmarks.recurrence [--threads 1] [--steps 5] [--csv FILE]

First a step of training (gradient, clipping, Adam) of ten networks on the task of recall: the
training loop of all studies against a Python loop over networks of torch.nn, which on a CPU calls
oneDNN's fused layers. The LSTM has the size that such comparisons have, and then all cells those of
the study. For an LSTM a second row has, in the place of the training loop, only the matrix products
and sigmoids of such a step: no implementation with torch's operations can be faster.

Then a step on the adding problem: our LSTM of the paper scale against the temporal convolutional
network of Bai et al. 2018, rewritten from the paper (section 3) and from the defaults of
github.com/locuslab/TCN, one network at a time.

Rounds alternate, so that other load on the machine slows both. Reported are CPU milliseconds of the
process per network and step (median over rounds), and the median ratio of a round.
"""

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path

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
from workflow_scripts.learning.networks.network import Loss
from workflow_scripts.learning.networks.sequence_settings import sequence_network
from workflow_scripts.studies.recurrence.tasks.adding_settings import AddingSettings
from workflow_scripts.studies.recurrence.tasks.recall_settings import RecallSettings
from workflow_scripts.studies.recurrence.tasks.task import Task

NETWORKS, ROUNDS = 10, 5
RATE, NORM = 0.002, 1.0
PLACES = 200
RECALL = [("lstm", 32, 64), ("lstm", 16, 32), ("gru", 19, 32), ("rnn", 36, 32)]
"""Cell, units and sequences of a batch."""
ADDING, UNITS, BATCH = 400, 77, 32
"""Places, units of the LSTM and sequences of a batch of the adding problem."""
LEVELS, CHANNELS, KERNEL = 8, 30, 7
"""Of the convolutional network, as its authors have it for the adding problem."""
MODULES = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}
Steps = Callable[[int], None]
"""So many steps of training of all networks."""


def sequences(task: Task, steps: int, batch: int) -> Split:
    """As many sequences of each network as the steps take."""
    shown, _ = task.drawn(range(NETWORKS), steps * batch, 1, Path())
    return shown


def ours(task: Task, network: dict[str, object], batch: int, data: Split) -> Steps:
    """The training loop of the studies; it draws initial values and moments anew each time."""
    built = sequence_network(network, task.shape)
    members = list(range(NETWORKS))
    ensemble = Ensemble(built, built.initialise(members), data, members, loss=task.loss())

    def run(steps: int) -> None:
        settings = {
            "optimiser": {"kind": "adam"},
            "learning_rate": RATE,
            "batch_size": batch,
            "steps": steps,
            "gradient": {"kind": "clipped", "norm": NORM},
        }
        train(ensemble, Training.model_validate(settings))

    return run


class Plain(nn.Module):
    """A recurrent module of torch, read at the last place by a linear layer."""

    def __init__(self, kind: str, given: int, units: int, answers: int) -> None:
        super().__init__()
        self.recurrent = MODULES[kind](given, units, batch_first=True)
        self.output = nn.Linear(units, answers)

    def forward(self, inputs: Tensor) -> Tensor:
        seen, _ = self.recurrent(inputs)
        answers: Tensor = self.output(seen[:, -1])
        return answers


class Block(nn.Module):
    """Two causal convolutions with a shortcut."""

    def __init__(self, given: int, dilation: int) -> None:
        super().__init__()
        self.past = (KERNEL - 1) * dilation
        norm = nn.utils.parametrizations.weight_norm
        self.first = norm(nn.Conv1d(given, CHANNELS, KERNEL, dilation=dilation))
        self.second = norm(nn.Conv1d(CHANNELS, CHANNELS, KERNEL, dilation=dilation))
        self.shortcut = nn.Conv1d(given, CHANNELS, 1) if given != CHANNELS else nn.Identity()

    def forward(self, inputs: Tensor) -> Tensor:
        hidden = F.relu(self.first(F.pad(inputs, (self.past, 0))))
        hidden = F.relu(self.second(F.pad(hidden, (self.past, 0))))
        return F.relu(hidden + self.shortcut(inputs))


class Convolutional(nn.Module):
    """Blocks whose dilation doubles, read at the last place by a linear layer."""

    def __init__(self, given: int, answers: int) -> None:
        super().__init__()
        widths = [given, *[CHANNELS] * LEVELS]
        self.blocks = nn.Sequential(*(Block(widths[n], 2**n) for n in range(LEVELS)))
        self.output = nn.Linear(CHANNELS, answers)

    def forward(self, inputs: Tensor) -> Tensor:
        answers: Tensor = self.output(self.blocks(inputs.transpose(1, 2))[..., -1])
        return answers


def theirs(models: list[nn.Module], loss: Loss, batch: int, data: Split, symbols: int) -> Steps:
    """Modules one by one, with an optimiser each; symbols become one-hot vectors."""
    optimisers = [torch.optim.Adam(model.parameters(), RATE) for model in models]
    parts = [data.alone(member) for member in range(len(models))]

    def run(steps: int) -> None:
        for step in range(steps):
            rows = torch.arange(step * batch, (step + 1) * batch)
            for model, optimiser, part in zip(models, optimisers, parts, strict=True):
                inputs = part.inputs[rows]
                if not inputs.is_floating_point():
                    inputs = F.one_hot(inputs.long(), symbols).float()
                optimiser.zero_grad()
                answers = model(inputs).unsqueeze(0)
                loss(answers, part.targets.rows(rows).values.unsqueeze(0)).sum().backward()
                nn.utils.clip_grad_norm_(model.parameters(), NORM)
                optimiser.step()

    return run


def bound(given: int, units: int, batch: int) -> Steps:
    """What an LSTM of torch's operations cannot save: its matrix products and sigmoids, for all.

    Three products a place (one forwards, two backwards) and a sigmoid of each gate and each cell,
    which is the fastest way to a hyperbolic tangent; no other arithmetic, no memory for gradients.
    """
    joint = torch.randn(NETWORKS, batch, given + 1 + units)
    weights = torch.randn(NETWORKS, given + 1 + units, 4 * units)
    gates, cells = torch.empty(NETWORKS, batch, 4 * units), torch.zeros(NETWORKS, batch, units)
    back, own = torch.empty_like(joint), torch.empty_like(weights)
    above, beside = weights.transpose(1, 2), joint.transpose(1, 2)

    def run(steps: int) -> None:
        for _ in range(steps * PLACES):
            torch.bmm(joint, weights, out=gates)
            gates.sigmoid_()
            cells.sigmoid_()
            torch.bmm(gates, above, out=back)
            torch.bmm(beside, gates, out=own)

    return run


def parameters(model: nn.Module) -> int:
    """The number of a module's parameters."""
    return sum(each.numel() for each in model.parameters())


def compared(name: str, runs: dict[str, tuple[Steps, int]], steps: int) -> dict[str, str | float]:
    """CPU milliseconds per network and step of both, each a function and its networks."""
    for run, _ in runs.values():
        run(1)
    timed = {way: (partial(run, steps), steps * networks) for way, (run, networks) in runs.items()}
    return in_turns(name, timed["ours"], timed["theirs"], ROUNDS)


def recalled(kind: str, units: int, batch: int, steps: int) -> list[dict[str, str | float]]:
    """One cell against torch's module of it; and for an LSTM, how far that could go at most."""
    task = RecallSettings(kind="recall", length=PLACES, symbols=4, lags=(150, 150))
    data, given = sequences(task, steps, batch), task.shape.inputs
    models: list[nn.Module] = [
        Plain(kind, given, units, task.shape.outputs) for _ in range(NETWORKS)
    ]
    runs = {
        "ours": (ours(task, {"kind": kind, "hidden": units}, batch, data), NETWORKS),
        "theirs": (theirs(models, task.loss(), batch, data, given), NETWORKS),
    }
    name = f"{kind}, {units} units, batch {batch}"
    rows = [compared(f"{name}: torch.nn", runs, steps)]
    if kind == "lstm":
        least = runs | {"ours": (bound(given, units, batch), NETWORKS)}
        rows.append(compared(f"{name}: products and sigmoids alone", least, steps))
    return rows


def added(steps: int) -> dict[str, str | float]:
    """Our LSTM against the convolutional network, on the adding problem."""
    task = AddingSettings(kind="adding", length=ADDING)
    data = sequences(task, steps, BATCH)
    model = Convolutional(task.shape.inputs, task.shape.outputs)
    runs = {
        "ours": (ours(task, {"kind": "lstm", "hidden": UNITS}, BATCH, data), NETWORKS),
        "theirs": (theirs([model], task.loss(), BATCH, data, task.shape.inputs), 1),
    }
    lstm = Plain("lstm", task.shape.inputs, UNITS, 1)
    counts = f"{parameters(lstm):,} and {parameters(model):,} parameters"
    return compared(f"adding, LSTM against TCN ({counts})", runs, steps)


def main(arguments: list[str] | None = None) -> None:
    """Print the table, and write it with --csv."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=5, help="steps of a round")
    parser.add_argument("--csv", help="also write the table to this file")
    given = parser.parse_args(arguments)
    fix_arithmetic(given.threads)
    rows = [row for case in RECALL for row in recalled(*case, given.steps)]
    table = pd.DataFrame([*rows, added(given.steps)])
    print(table.to_string(index=False, float_format=lambda value: f"{value:,.3g}"))
    if given.csv:
        write_table(table, given.csv)


if __name__ == "__main__":
    export_arithmetic()
    main()
