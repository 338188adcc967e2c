"""Step: how the gradient of the last state falls with the lag, in float64."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import Tensor
from torch.nn.functional import one_hot

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.randomness import generator
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.networks.network import Network, Parameters
from workflow_scripts.learning.networks.sequence_settings import sequence_network
from workflow_scripts.learning.networks.sequence_shape import SequenceShape
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.studies.recurrence.marks import INITIALISED, TRAINED
from workflow_scripts.studies.recurrence.settings import Gradients
from workflow_scripts.studies.recurrence.train import initial

SYMBOLS, CLASSES = 8, 4
"""Of the networks that are only initialised: those of recall with four symbols."""


def log_norms(network: Network, parameters: Parameters, inputs: Tensor, asked: Tensor) -> Tensor:
    """Decimal logarithm of ‖∂(asked · last state) / ∂(input at each lag)‖, `[M, T]`, lag 0 first.

    `inputs` `[M, B, T, V]` are vectors; the mean over the B sequences is that of the logarithm, so
    that it is the typical one's. `asked` `[M, h]` is a direction in the space of the state.
    """
    leaf = inputs.detach().requires_grad_(True)
    with torch.enable_grad():
        features = network.features(parameters, leaf)  # type: ignore[attr-defined]
        (gradient,) = torch.autograd.grad((features * asked.unsqueeze(1)).sum(), leaf)
    return gradient.norm(dim=3).log10().mean(1).flip(1)


def against_lag(
    network: Network, parameters: Parameters, seeds: list[int], sequences: int, shape: SequenceShape
) -> np.ndarray:
    """`log_norms` of networks `[M, …]` on symbols that each seed draws."""
    symbols = shape.inputs
    exact = {name: tensor.double() for name, tensor in parameters.items()}
    width = parameters["weight_output"].shape[1]
    inputs, asked = [], []
    for seed in seeds:
        random = generator(seed, "gradients")
        size = (sequences, shape.length)
        inputs.append(torch.randint(symbols, size, generator=random))
        asked.append(torch.randn(width, generator=random, dtype=torch.float64))
    vectors = one_hot(torch.stack(inputs), symbols).double()
    return log_norms(network, exact, vectors, torch.stack(asked)).numpy()


def rows(name: str, arm: str, moment: str, seeds: list[int], norms: np.ndarray) -> pd.DataFrame:
    """One row per seed and lag, with the logarithm of the norm and of that relative to lag 0.

    A network that is only initialised and a condition may have the same name; `arm` tells which.
    """
    members, lags = norms.shape
    return pd.DataFrame(
        {
            "network": name,
            "arm": arm,
            "moment": moment,
            "seed": np.repeat(seeds, lags),
            "lag": np.tile(np.arange(lags), members),
            "log_norm": norms.ravel(),
            "relative": (norms - norms[:, :1]).ravel(),
        }
    )


def main(snakemake: Job) -> None:
    """Write the gradients of all networks of a batch of seeds."""
    cfg = snakemake.params.cfg
    settings = Gradients.model_validate(section(cfg, "gradients"))
    seeds = seeds_of(snakemake.wildcards.seeds)
    shape = SequenceShape(settings.long, SYMBOLS, CLASSES)
    parts, done = [], PartialResults.of(snakemake)

    def measured(
        name: str, arm: str, moment: str, network: Network, at: Parameters, read: SequenceShape
    ) -> pd.DataFrame:
        found = against_lag(network, at, seeds, settings.sequences, read)
        return rows(name, arm, moment, seeds, found)

    for name, each in settings.networks.items():
        network = sequence_network(each.model_dump(), shape)
        of = name, INITIALISED, "start"
        parts.append(
            done.table(" ".join(of), measured, *of, network, initial(network, seeds), shape)
        )
    kept: Mapping[str, str] = dict(zip(settings.trained, snakemake.input, strict=True))
    for name, path in kept.items():
        trained = Stored.load(Path(path)).parameters()
        architecture = _whole(dict(section(cfg, f"{name}.network")))
        first = "weight_input" if "weight_input" in trained else "embedding"
        symbols, classes = trained[first].shape[1], trained["bias_output"].shape[1]
        read = SequenceShape(settings.length, symbols, classes)
        network = sequence_network(architecture, read)
        for moment, weights in (("start", initial(network, seeds)), ("end", trained)):
            of = name, TRAINED, moment
            parts.append(done.table(" ".join(of), measured, *of, network, weights, read))
    write_table(pd.concat(parts, ignore_index=True), snakemake.output.gradients)
    done.discard()


def _whole(architecture: dict[str, object]) -> dict[str, object]:
    """The same network without truncation, which would hide what lies before its window."""
    return {key: value for key, value in architecture.items() if key != "window"}


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
