"""Step: the error along the straight line between two copies that parted at some step.

Instability analysis of Frankle, Dziugaite, Roy & Carbin 2020 (section 2): a network is stable at a
step when copies that part there end in one linearly connected region.
"""

from pathlib import Path
from typing import Any

import pandas as pd
import torch

from workflow_scripts.artifacts.tables import write_table
from workflow_scripts.configuration.base import section
from workflow_scripts.configuration.seeds import seeds_of
from workflow_scripts.data.examples import Examples, examples
from workflow_scripts.data.sample import Sample
from workflow_scripts.ensemble.evaluate import evaluate
from workflow_scripts.lottery.branch import COPIES
from workflow_scripts.lottery.weights import Weights
from workflow_scripts.networks.network import Network, Parameters
from workflow_scripts.networks.settings import network


def line(network: Network, copies: Parameters, data: Examples, points: int) -> pd.DataFrame:
    """Test loss (nats) and error (%) at `points` equidistant places between paired copies.

    `copies` are `[2·seeds, …]`, the two copies of a seed side by side. Normalisation statistics
    are taken anew at each place. Columns: member (0 for the first pair), alpha, loss, error.
    """
    first = {name: tensor[0::COPIES] for name, tensor in copies.items()}
    second = {name: tensor[1::COPIES] for name, tensor in copies.items()}
    rows = []
    for alpha in torch.linspace(0, 1, points, dtype=torch.float64).tolist():
        between = {name: torch.lerp(first[name], second[name], alpha) for name in copies}
        calibrated = network.calibrated(between, data.calibration)
        loss, accuracy = evaluate(network, calibrated, data.test_inputs, data.test_labels)
        rows += [
            {"member": member, "alpha": alpha, "loss": float(lo), "error": 100 * (1 - float(ac))}
            for member, (lo, ac) in enumerate(zip(loss, accuracy, strict=True))
        ]
    return pd.DataFrame(rows)


def main(snakemake: Any) -> None:
    """Measure all branching points of a batch of seeds."""
    cfg = snakemake.params.cfg
    seeds = seeds_of(snakemake.wildcards.seeds)
    net = network(section(cfg, "network"))
    sample = Sample.model_validate(section(cfg, "sample"))
    data = examples(sample, Path(snakemake.params.data), net.input_shape)
    tables = []
    for point, path in zip(section(cfg, "points"), snakemake.input.copies, strict=True):
        arrays = Weights.load(path).arrays
        copies = {name: torch.from_numpy(array) for name, array in arrays.items()}
        table = line(net, copies, data, section(cfg, "line"))
        seed = table.pop("member").map(dict(enumerate(seeds)))
        tables.append(table.assign(point=point, seed=seed))
    columns = ["point", "seed", "alpha", "loss", "error"]
    write_table(pd.concat(tables, ignore_index=True)[columns], snakemake.output.table)


if __name__ == "__main__":
    from workflow_scripts.provenance.step import run

    run(main, snakemake)
