"""The focal loss against the textbook formula, and the arms of a study against one by one.

    python -m benchmarks.focal [--threads 1] [--steps 5] [--csv FILE]

First the loss of a million logits and its gradient: ours, which has its derivative in closed form,
against the formula as libraries write it (torchvision's among them, here in our words), whose
derivative autograd finds.

Then a step of training of all arms of one seed: the training loop of all studies, in which the arms
share scenes, windows and one matrix product, against a Python loop over detectors as modules of
torch.nn, each a convolution of the scenes with an optimiser of its own. Both with the same loss, so
that the second ratio is that of the ensemble alone. Scenes are noise.

Rounds alternate, so that other load on the machine slows both. Reported are CPU milliseconds of the
process per loss, or per detector and step (median over rounds), and the median ratio of a round.
"""

import argparse
from collections.abc import Callable

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
from workflow_scripts.studies.focal.arm_settings import DetectorArm
from workflow_scripts.studies.focal.loss import DetectionLoss, Pace, focal
from workflow_scripts.studies.focal.objects import Objects
from workflow_scripts.studies.focal.scene_settings import LARGEST
from workflow_scripts.studies.focal.windows import DEVIATION, MEAN, Windows

ROUNDS = 7
LOGITS = 1_000_000
GAMMA, ALPHA = 2.0, 0.25
ARMS, SIDE, SIZE, UNITS, BATCH, IGNORED, RATE = 16, 64, 14, 8, 12, 2, 0.01
Run = Callable[[], None]


def textbook(logits: Tensor, targets: Tensor) -> Tensor:
    """−α_t (1 − p_t)^γ log p_t from probabilities, as it is usually written."""
    probability = torch.sigmoid(logits)
    entropy = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    agreement = probability * targets + (1 - probability) * (1 - targets)
    weights = ALPHA * targets + (1 - ALPHA) * (1 - targets)
    return weights * (1 - agreement) ** GAMMA * entropy


def losses() -> dict[str, tuple[Run, int]]:
    """The value and gradient of both losses at the same logits."""
    draw = torch.Generator().manual_seed(0)
    logits = (4 * torch.randn(LOGITS, generator=draw)).requires_grad_(True)
    positive = torch.rand(LOGITS, generator=draw) < 1e-3
    targets = positive.float()
    numbers = torch.tensor(GAMMA), torch.tensor(ALPHA)

    def ours() -> None:
        torch.autograd.grad(focal(logits, positive, *numbers).sum(), logits)

    def theirs() -> None:
        torch.autograd.grad(textbook(logits, targets).sum(), logits)

    return {"ours": (ours, 1), "theirs": (theirs, 1)}


def noise(scenes: int) -> tuple[Tensor, Tensor]:
    """Scenes without meaning, and corners of their objects."""
    draw = torch.Generator().manual_seed(0)
    pictures = torch.randint(0, LARGEST + 1, (scenes, 1, SIDE, SIDE), generator=draw)
    corners = torch.randint(SIDE - SIZE + 1, (scenes, 2), generator=draw)
    return pictures.to(torch.uint8), corners


def arms(steps: int) -> dict[str, tuple[Run, int]]:
    """Training of so many steps by both ways."""
    specs = [DetectorArm(gamma=GAMMA, alpha=ALPHA, learning_rate=RATE)] * ARMS
    pictures, corners = noise(steps * BATCH)
    places, pace = SIDE - SIZE + 1, Pace(steps)
    loss = DetectionLoss(places, IGNORED, pace)
    settings = {
        "optimiser": {"kind": "adam"},
        "learning_rate": RATE,
        "batch_size": BATCH,
        "steps": steps,
    }
    training = Training.model_validate(settings)
    network = Windows(1, SIDE, SIZE, [UNITS], ARMS)
    ensemble = Ensemble(
        network,
        network.initialise([0] * ARMS),
        Split(pictures, Objects.in_scenes(corners, specs)),
        [0] * ARMS,
        loss=loss,
    )
    models = [_plain() for _ in range(ARMS)]
    optimisers = [torch.optim.Adam(model.parameters(), RATE) for model in models]
    one = Objects.in_scenes(corners, specs[:1])

    def theirs() -> None:
        for step in range(steps):
            rows = torch.arange(step * BATCH, (step + 1) * BATCH)
            inputs = (pictures[rows].float() / LARGEST - MEAN) / DEVIATION
            targets = one.batch(rows[None])
            for model, optimiser in zip(models, optimisers, strict=True):
                optimiser.zero_grad()
                scores = model(inputs).flatten(1)[None, :, :, None]
                loss(scores, targets).sum().backward()
                optimiser.step()

    def ours() -> None:
        train(ensemble, training)

    return {"ours": (ours, ARMS * steps), "theirs": (theirs, ARMS * steps)}


def _plain() -> nn.Module:
    return nn.Sequential(nn.Conv2d(1, UNITS, SIZE), nn.ReLU(), nn.Conv2d(UNITS, 1, 1))


def compared(name: str, runs: dict[str, tuple[Run, int]]) -> dict[str, str | float]:
    """CPU milliseconds of both, each a function and how often it does what is counted."""
    for run, _ in runs.values():
        run()
    return in_turns(name, runs["ours"], runs["theirs"], ROUNDS)


def main(arguments: list[str] | None = None) -> None:
    """Print the table, and write it with --csv."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=5, help="steps of a round")
    parser.add_argument("--csv", help="also write the table to this file")
    given = parser.parse_args(arguments)
    fix_arithmetic(given.threads)
    table = pd.DataFrame(
        [
            compared(f"loss and gradient of {LOGITS:,} logits", losses()),
            compared(f"a step of {ARMS} arms, each", arms(given.steps)),
        ]
    )
    print(table.to_string(index=False, float_format=lambda value: f"{value:,.3g}"))
    if given.csv:
        write_table(table, given.csv)


if __name__ == "__main__":
    export_arithmetic()
    main()
