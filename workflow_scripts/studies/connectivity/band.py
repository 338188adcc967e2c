"""Step: relax elastic bands between the pairs of a batch of seeds, cycle by cycle.

As in AutoNEB (Draxler et al. 2018, section 3.2), pivots are added after each cycle where the loss
between two pivots is highest. Every band gets the same number, each at its own positions, so that
the bands remain one ensemble.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.callbacks import Progress
from workflow_scripts.learning.ensemble.evaluate import evaluate
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.network import Parameters, members_of
from workflow_scripts.learning.paths.band import ElasticBand, inserted, worst_segments
from workflow_scripts.learning.paths.curve import Bends, Chain, straight, weights_at
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.connectivity.pairs import load
from workflow_scripts.studies.connectivity.settings import Band


def losses_along(
    subject: Subject, first: Parameters, pivots: Bends, second: Parameters, examples: int
) -> tuple[Tensor, Tensor]:
    """Training loss at all knots `[M, P + 2]`, ends included, and at the middles `[M, P + 1]`."""
    count = next(iter(pivots.values())).shape[1]
    chain, members = Chain(count), members_of(first)
    seen = subject.examples.train.first(examples)
    measured = []
    for half in range(2 * (count + 1) + 1):
        place = torch.full((members,), half / (2 * (count + 1)), dtype=torch.float64)
        weights = weights_at(chain, first, pivots, second, place.to(subject.device))
        measured.append(evaluate(subject.network, weights, seen)["loss"])
    return torch.stack(measured[0::2], 1), torch.stack(measured[1::2], 1)


def relaxed(
    subject: Subject,
    first: Parameters,
    second: Parameters,
    band: Band,
    seeds: Sequence[int],
    examples: int,
    states: Sequence[ResumeState],
) -> Bends:
    """The pivots `[M, P, …]` after all cycles; `states` has one state per cycle."""
    pivots = straight(first, second, band.pivots)
    for cycle, state in enumerate(states):
        knots, middles = losses_along(subject, first, pivots, second, examples)
        if cycle:
            chosen = worst_segments(knots, middles, band.insertions[cycle - 1])
            pivots = inserted(pivots, first, second, chosen)
        count = next(iter(pivots.values())).shape[1]
        ends = knots[:, [0, -1]].to(subject.device)
        network = ElasticBand(subject.network, count, band.spring, first, second, ends)
        ensemble = Ensemble(
            network,
            pivots,
            subject.examples.train,
            [stream_seed(seed, "band examples", cycle) for seed in seeds],
        )
        progress = [Progress(band.training.steps)]
        trained = train(ensemble, band.training, progress, state, subject.device)
        pivots = {name: tensor.to(subject.device) for name, tensor in trained.items()}
    return pivots


def main(snakemake: Job) -> None:
    """Write the pivots `[pairs, pivots, …]` of the relaxed bands."""
    cfg = snakemake.params.cfg
    seeds = seeds_of(snakemake.wildcards.seeds)
    subject = Subject.of(cfg, snakemake.params.data, seeds)
    band = Band.model_validate(section(cfg, "band"))
    first, second = load(snakemake.input.ends, subject.device)
    cycles = range(len(band.insertions) + 1)
    states = [ResumeState.of(snakemake, f"cycle-{cycle}") for cycle in cycles]
    examples = section(cfg, "measurement.train")
    pivots = relaxed(subject, first, second, band, seeds, examples, states)
    Stored.of(pivots).save(snakemake.output.bends)
    for state in states:
        state.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
