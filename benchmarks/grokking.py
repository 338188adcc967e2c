"""Seconds until a network generalises on addition: this project against a public recipe.

    python -m benchmarks.grokking [--threads 1] [--modulus 53] [--runs 3] [--csv FILE]

The recipe is that of github.com/okitouni/simple-grokking at commit 124b84a (addition modulo 53, an
embedding and a hidden layer of 128 each, all training examples in each step, AdamW, accuracy on the
held-out examples after each step), rewritten here in its style: a module, autograd, torch's AdamW.
The share of the table, the learning rate and the weight decay are those of our study. Both train
the same network from the same initial values on the same examples in float32 until the accuracy on
the held-out examples is 99 %; runs alternate, so that other load on the machine slows both. Ours is
the training loop of all studies, with its callbacks, and measures held-out accuracy every ten
steps. The public one is timed both with its evaluation after each step and with one every ten
steps.
"""

import argparse
import statistics
import sys
import time

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F

from workflow_scripts.core.arithmetic import export_arithmetic, fix_arithmetic
from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.learning.ensemble.callbacks import Callback, Measurements
from workflow_scripts.learning.ensemble.optimisers.adamw import AdamW
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.network import Parameters
from workflow_scripts.learning.networks.pair_mlp import PairMlp
from workflow_scripts.studies.grokking.operations import Entries, entries
from workflow_scripts.studies.grokking.settings import Table

WIDTH = 128
LEVEL = 0.99
RECIPE = Training(
    optimiser=AdamW(kind="adamw", betas=(0.9, 0.98)),
    learning_rate=0.01,
    weight_decay=1.0,
    batch_size=None,
    steps=20000,
)
WARM_UP = RECIPE.model_copy(update={"steps": 50})
Outcome = tuple[int, float]
"""Steps until the level was measured, and seconds."""


class PublicStyle(torch.nn.Module):
    """The network as an ordinary torch module."""

    def __init__(self, symbols: int, own: Parameters) -> None:
        super().__init__()
        self.embedding = torch.nn.Embedding(symbols, WIDTH)
        self.hidden = torch.nn.Linear(2 * WIDTH, WIDTH)
        self.readout = torch.nn.Linear(WIDTH, symbols)
        first = torch.cat([own["weight_first"], own["weight_second"]])
        with torch.no_grad():
            self.embedding.weight.copy_(own["embedding"])
            self.hidden.weight.copy_(first.T)
            self.hidden.bias.copy_(own["bias_hidden"])
            self.readout.weight.copy_(own["weight_output"])
            self.readout.bias.copy_(own["bias_output"])

    def forward(self, pairs: torch.Tensor) -> torch.Tensor:
        return self.readout(torch.relu(self.hidden(self.embedding(pairs).flatten(1))))


def public_style(
    table: Entries, own: Parameters, symbols: int, every: int, recipe: Training = RECIPE
) -> Outcome:
    """Train as the repository does; evaluate the held-out examples once per `every` steps."""
    pairs, answers = torch.from_numpy(table.pairs), torch.from_numpy(table.answers[0])
    chosen = torch.from_numpy(table.train[0])
    inputs, targets = pairs[chosen], answers[chosen]
    held_out, right = pairs[~chosen], answers[~chosen]
    model = PublicStyle(symbols, own)
    optimiser = torch.optim.AdamW(
        model.parameters(),
        lr=recipe.learning_rate,
        betas=(0.9, 0.98),
        weight_decay=recipe.weight_decay,
    )
    started = time.perf_counter()
    for step in range(1, recipe.steps + 1):
        optimiser.zero_grad()
        logits = model(inputs)
        loss = F.cross_entropy(logits, targets)
        loss.backward()
        optimiser.step()
        if step % every == 0:
            with torch.no_grad():
                (logits.argmax(1) == targets).float().mean().item()
                logits = model(held_out)
                F.cross_entropy(logits, right).item()
                if (logits.argmax(1) == right).float().mean().item() >= LEVEL:
                    return step, time.perf_counter() - started
    return recipe.steps, time.perf_counter() - started


class Reached(Callback):
    """Ends training when the last measured held-out accuracy is at the level."""

    def __init__(self, measured: Measurements) -> None:
        self.measured = measured

    @property
    def finished(self) -> bool:
        return bool(self.measured.measured["test_accuracy"][-1] >= LEVEL)


def ours(
    table: Entries, own: Parameters, symbols: int, every: int, recipe: Training = RECIPE
) -> Outcome:
    """Train with the loop of all studies; measure the accuracies once per `every` steps."""
    network = PairMlp(symbols, WIDTH, WIDTH)
    pairs, answers = torch.from_numpy(table.pairs), torch.from_numpy(table.answers)
    chosen = torch.from_numpy(table.train[0])

    held_out, right = pairs[~chosen], answers[:, ~chosen]

    def accuracy(parameters: Parameters) -> dict[str, torch.Tensor]:
        found = network.logits(parameters, held_out).argmax(2)
        return {"test_accuracy": (found == right).double().mean(1)}

    at = set(range(0, recipe.steps + 1, every))
    measured = Measurements("held out", accuracy, at)
    stacked = {name: tensor.unsqueeze(0) for name, tensor in own.items()}
    rows = torch.from_numpy(table.rows)
    ensemble = Ensemble(
        network, stacked, Split(pairs, ClassNumbers(answers, per_member=True), rows), [0]
    )
    started = time.perf_counter()
    train(ensemble, recipe, [measured, Reached(measured)])
    return measured.steps[-1], time.perf_counter() - started


def main(arguments: list[str] | None = None) -> int:
    """Run each way several times in turn, with one seed per run; print steps and seconds."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--threads", type=int, default=1, help="torch's threads (default 1)")
    parser.add_argument("--modulus", type=int, default=53, help="a prime (default 53)")
    parser.add_argument("--fraction", type=float, default=0.4, help="trained on (default 0.4)")
    parser.add_argument("--runs", type=int, default=3, help="runs per way (default 3)")
    parser.add_argument("--csv", help="also write the table to this file")
    given = parser.parse_args(arguments)
    export_arithmetic()
    fix_arithmetic(given.threads)
    ways = {
        "ours, measured every 10 steps": (ours, 10),
        "public style, every step": (public_style, 1),
        "public style, every 10 steps": (public_style, 10),
    }
    setting = Table(operation="add", size=given.modulus, fraction=given.fraction)
    rows = []
    for seed in range(given.runs):
        table = entries(setting, [np.random.default_rng(seed)])
        stacked = PairMlp(given.modulus, WIDTH, WIDTH).initialise([seed])
        own = {name: tensor[0] for name, tensor in stacked.items()}
        for way, (function, every) in ways.items():
            if not seed:  # warm up, so that the setup of a first call is not timed
                function(table, own, given.modulus, every, WARM_UP)
            steps, seconds = function(table, own, given.modulus, every)
            rows.append({"way": way, "seed": seed, "steps": steps, "seconds": seconds})
    frame = pd.DataFrame(rows)
    first = next(iter(ways))
    base = frame[frame.way == first].set_index("seed").seconds
    print(f"addition modulo {given.modulus}, {given.fraction:.0%} of the table, to {LEVEL:.0%}")
    print(f"{'way':32}{'steps':>8}{'s':>8}{'ms/step':>9}  ours takes (range)")
    for way, part in frame.groupby("way", sort=False):
        shares = (base / part.set_index("seed").seconds).tolist()
        per_step = statistics.median(1000 * part.seconds / part.steps)
        print(
            f"{way:32}{statistics.median(part.steps):>8.0f}{statistics.median(part.seconds):>8.2f}"
            f"{per_step:>9.2f}  {statistics.median(shares):.2f} of it"
            f" ({min(shares):.2f}–{max(shares):.2f})"
        )
    if given.csv:
        write_table(frame, given.csv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
