"""The training of cells: accuracies of each with each seed, many of them as one ensemble."""

from collections.abc import Sequence
from functools import cache

import pandas as pd
import torch
from torch.utils.flop_counter import FlopCounterMode

from workflow_scripts.learning.data.origins.mnist1d_settings import Mnist1d
from workflow_scripts.learning.ensemble.callbacks import Measurements
from workflow_scripts.learning.ensemble.evaluate import evaluation
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.network import Network
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.studies.nas.cell import EDGES, NONE, choices, convolved
from workflow_scripts.studies.nas.network import CellNetwork
from workflow_scripts.studies.nas.settings import Body, CellTraining, SignalSample
from workflow_scripts.studies.nas.signals import Source

NOTED = ("quarter", "half", "validation")
"""Columns of validation accuracies, at the steps of `halves` and after the last one."""


def train_cells(
    rows: Sequence[tuple[str, int]],
    how: CellTraining,
    body: Body,
    signals: Mnist1d,
    sample: SignalSample,
    done: PartialResults,
    where: torch.device | str = "cpu",
) -> pd.DataFrame:
    """Train each (cell, seed), one row each: accuracies in %, parameters and multiply-adds."""
    source = Source.of(signals)
    parts = [
        done.table(
            f"from row {start}",
            _ensemble,
            rows[start : start + how.members],
            how,
            body,
            source,
            sample,
            where,
        )
        for start in range(0, len(rows), how.members)
    ]
    return pd.concat(parts, ignore_index=True)


def _ensemble(
    rows: Sequence[tuple[str, int]],
    how: CellTraining,
    body: Body,
    source: Source,
    sample: SignalSample,
    where: torch.device | str,
) -> pd.DataFrame:
    cells, seeds = [cell for cell, _ in rows], [seed for _, seed in rows]
    length = source.inputs.shape[1]
    network = CellNetwork(length, body.channels, body.classes, [choices(cell) for cell in cells])
    drawn = source.of_seeds(sample, seeds)
    calibration, steps = drawn.calibration, how.training.steps
    held_out = Measurements(
        "validation",
        evaluation(network, drawn.validation, calibration),
        {*how.halves, steps},
    )
    tested = Measurements("test", evaluation(network, drawn.test, calibration), {steps})
    ensemble = Ensemble(
        network,
        network.initialise([stream_seed(seed, "initialisation") for seed in seeds]),
        drawn.train,
        [stream_seed(seed, "examples") for seed in seeds],
    )
    train(ensemble, how.training, [held_out, tested], device=where)
    noted = [100 * values for values in held_out.measured["accuracy"]]
    frame = pd.DataFrame({"cell": cells, "draw": seeds})
    frame["parameters"] = [parameters(cell, body) for cell in cells]
    frame["multiply_adds"] = [multiply_adds(cell, length, body) for cell in cells]
    for name, values in zip(NOTED, noted, strict=True):
        frame[name] = values.numpy().round(4)
    frame["test"] = (100 * tested.measured["accuracy"][0]).numpy().round(4)
    return frame


def parameters(cell: str, body: Body) -> int:
    """Trained numbers that the network of a cell uses: those of its own edges only."""
    network = CellNetwork(2, body.channels, body.classes, [choices(cell)])
    sizes = {name: torch.Size(shape).numel() for name, shape in network.shapes().items()}
    shared = sum(size for name, size in sizes.items() if not name.startswith("edges."))
    own = sum(size for name, size in sizes.items() if name.startswith("edges.")) // len(EDGES)
    return shared + own * sum(convolved(edge) for edge in choices(cell))


def multiply_adds(cell: str, length: int, body: Body) -> int:
    """Multiplications with a weight, and their additions, for one signal read by one network."""
    convolutions = sum(convolved(edge) for edge in choices(cell))
    per_convolution = _counted(length, body, "c" + NONE * 5) - _counted(length, body, NONE * 6)
    return _counted(length, body, NONE * 6) + convolutions * per_convolution


@cache
def _counted(length: int, body: Body, cell: str) -> int:
    return counted(CellNetwork(length, body.channels, body.classes, [choices(cell)]))


def counted(network: Network) -> int:
    """Multiply-adds of one network that reads one example."""
    parameters = network.initialise([0])
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network.logits(parameters, torch.zeros(1, 1, *network.input_shape))
    return counter.get_total_flops() // 2
