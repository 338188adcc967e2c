"""Step: train deep networks on composed tents, into which the exact networks fit."""

import numpy as np
import pandas as pd
import torch

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import RealVectors
from workflow_scripts.learning.ensemble.callbacks import Progress
from workflow_scripts.learning.ensemble.device import device
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.ensemble.target_losses import squared_error
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.ensemble.widths import corner
from workflow_scripts.learning.networks.network import Parameters
from workflow_scripts.studies.approximation.composed import composed_tents, peaks
from workflow_scripts.studies.approximation.constructions import tents
from workflow_scripts.studies.approximation.measures import alone, outputs
from workflow_scripts.studies.approximation.networks import HeStart
from workflow_scripts.studies.approximation.pieces import count
from workflow_scripts.studies.approximation.settings import Deep


def exact_within(network: HeStart, at: np.ndarray) -> Parameters:
    """The network of the tents with these peaks as a corner of a wider one, `[1, …]` in float64."""
    _, narrow = tents(at.tolist())
    filled = {}
    for name, shape in network.shapes().items():
        filled[name] = torch.zeros(1, *shape, dtype=torch.float64)
        own = narrow[name][0]
        filled[name][0][corner(tuple(own.shape), shape, name)] = own
    return filled


def share_left(network: HeStart, parameters: Parameters, x: np.ndarray, y: np.ndarray) -> float:
    """The share of the variance of `y` at the places `x` that one member `[1, …]` leaves."""
    errors = (outputs(network, parameters, x) - y) ** 2
    return float(errors.mean() / y.var()) if np.isfinite(errors).all() else float("inf")


def main(snakemake: Job) -> None:
    """Train networks of each depth on the tents of each seed; curves are drawn of the first."""
    cfg = snakemake.params.cfg
    settings = Deep.model_validate(section(cfg, "deep"))
    spread, where = section(cfg, "spread"), device(section(cfg, "device"))
    seeds = seeds_of(snakemake.wildcards.seeds)
    x = (np.arange(settings.points) + 0.5) / settings.points
    rows, groups, drawn, resumes = [], {}, [], []
    for depth in settings.depths:
        at = [peaks(spread, depth, seed) for seed in seeds]
        wanted = np.stack([composed_tents(each, x) for each in at])
        network = HeStart([1, *[settings.width] * depth, 1])
        resumes.append(ResumeState.of(snakemake, f"depth-{depth}"))
        trained = _trained(network, settings.training, seeds, x, wanted, resumes[-1], where)
        groups[str(depth)] = trained
        for seed, own, peak, y in zip(seeds, alone(trained), at, wanted, strict=True):
            exact = exact_within(network, peak)
            rows.append(
                {
                    "seed": seed,
                    "depth": depth,
                    "left": share_left(network, own, x, y),
                    "exact": share_left(network, exact, x, y),
                    "pieces": count(network, own, 0.0, 1.0),
                }
            )
        first = {"tents": wanted[0], "trained": outputs(network, alone(trained)[0], x)}
        facts = {"seed": seeds[0], "panel": str(depth)}
        drawn += [
            pd.DataFrame({**facts, "curve": curve, "x": x, "y": y}) for curve, y in first.items()
        ]
        print(f"{depth} tents", flush=True)
    Stored.grouped(groups).save(snakemake.output.trained)
    write_table(pd.DataFrame(rows), snakemake.output.table)
    write_table(pd.concat(drawn, ignore_index=True), snakemake.output.drawings)
    for resume in resumes:
        resume.discard()


def _trained(
    network: HeStart,
    training: Training,
    seeds: list[int],
    x: np.ndarray,
    wanted: np.ndarray,
    resume: ResumeState,
    where: torch.device,
) -> Parameters:
    values = torch.from_numpy(wanted).float().unsqueeze(2)
    examples = Split(torch.from_numpy(x).float().unsqueeze(1), RealVectors(values, per_member=True))
    ensemble = Ensemble(
        network,
        network.initialise([stream_seed(seed, "initialisation") for seed in seeds]),
        examples,
        [stream_seed(seed, "order") for seed in seeds],
        loss=squared_error,
    )
    return train(ensemble, training, [Progress(training.steps)], resume, where)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
