"""Step: identities of the focal loss, at logits of any size, in double precision."""

import math

import numpy as np
import pandas as pd
import torch
from scipy.special import expit
from torch import Tensor

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.randomness import generator
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.learning.parts_by_seed import by_seed
from workflow_scripts.studies.focal.loss import focal
from workflow_scripts.studies.focal.marks import GRADIENT, HALF, HUNDREDFOLD, VALUE
from workflow_scripts.studies.focal.settings import Identities

GAMMA = 2.0
LARGEST = 100.0
"""Logits are drawn from minus to plus this."""
PROBABILITY = 0.9


def measured(seed: int, draws: int, other: float) -> pd.DataFrame:
    """One row per identity: the largest difference of both sides, and that of a rival, relative.

    γ = 0 against cross-entropy, by value and by gradient, at random logits; the rival is γ =
    `other`. The ratio of cross-entropy to the loss at γ = 2 against 100 at p = 0.9, for objects and
    background; the rival is the ratio at p = 0.5, which is 4.
    """
    draw = generator(seed, "logits of identities")
    logits = (2 * torch.rand(draws, generator=draw, dtype=torch.float64) - 1) * LARGEST
    positive = torch.rand(draws, generator=draw) < 0.5
    rows = {}
    for name, number in ((VALUE, 0), (GRADIENT, 1)):
        expected = _cross_entropy(logits, positive)[number]
        ours, rival = (
            _relative(_focal(logits, positive, gamma)[number], expected) for gamma in (0.0, other)
        )
        rows[name] = (ours, rival)
    ratios = {p: _ratio(p) for p in (PROBABILITY, 0.5)}
    rows[HUNDREDFOLD] = (abs(ratios[PROBABILITY] / 100 - 1), abs(ratios[0.5] / 100 - 1))
    rows[HALF] = (abs(ratios[0.5] / 4 - 1), abs(ratios[PROBABILITY] / 4 - 1))
    table = {
        "identity": list(rows),
        "difference": [pair[0] for pair in rows.values()],
        "mismatch": [pair[1] for pair in rows.values()],
    }
    return pd.DataFrame({"seed": seed} | table)


def _focal(logits: Tensor, positive: Tensor, gamma: float) -> tuple[Tensor, Tensor]:
    """Values and gradients with α = ½, which halves the cross-entropy."""
    leaf = logits.clone().requires_grad_(True)
    number = torch.tensor(gamma, dtype=logits.dtype)
    values = 2 * focal(leaf, positive, number, torch.tensor(0.5, dtype=logits.dtype))
    (gradients,) = torch.autograd.grad(values.sum(), leaf)
    return values.detach(), gradients


def _cross_entropy(logits: Tensor, positive: Tensor) -> tuple[Tensor, Tensor]:
    """Values and gradients by other functions, exact for logits of any size.

    Not by torch's function, which subtracts numbers that are nearly equal at large logits.
    """
    towards = np.where(positive.numpy(), logits.numpy(), -logits.numpy())
    values = np.logaddexp(0, -towards)
    gradients = np.where(positive.numpy(), -expit(-towards), expit(-towards))
    return torch.from_numpy(values), torch.from_numpy(gradients)


def _relative(ours: Tensor, expected: Tensor) -> float:
    """The largest difference relative to the expected number."""
    return float(((ours - expected).abs() / expected.abs()).max())


def _ratio(probability: float) -> float:
    """Cross-entropy over focal loss at this probability of what is there, objects first.

    The one of objects and of background that is farther from 1 / (1 − p)².
    """
    logit = math.log(probability / (1 - probability))
    logits = torch.tensor([logit, -logit], dtype=torch.float64)
    positive = torch.tensor([True, False])
    plain, _ = _focal(logits, positive, 0.0)
    focused, _ = _focal(logits, positive, GAMMA)
    ratios = plain / focused
    expected = 1 / (1 - probability) ** 2
    return float(ratios[(ratios - expected).abs().argmax()])


def main(snakemake: Job) -> None:
    """Write one table for a batch of seeds."""
    settings = Identities.model_validate(section(snakemake.params.cfg, "identities"))
    done = PartialResults.of(snakemake)

    def of_seed(seed: int) -> dict[str, pd.DataFrame]:
        return {"identities": measured(seed, settings.draws, settings.other)}

    tables = by_seed(done, seeds_of(snakemake.wildcards.seeds), of_seed)
    write_table(tables["identities"], snakemake.output.identities)
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
