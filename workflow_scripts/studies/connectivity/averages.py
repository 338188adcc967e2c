"""Step: train networks at a constant and at an annealed rate, and average the constant one's.

Both trainings begin at the same weights and have the same length and batches. The constant one
yields the average of its last iterates (Izmailov et al. 2018), an exponential moving average, and
the average of its first iterates.
"""

from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.averaging.iterates import IterateAverage, MovingAverage
from workflow_scripts.learning.ensemble.callbacks import Progress
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.schedules.cosine import Cosine
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.connectivity.pairs import FIRST, initial, orders
from workflow_scripts.studies.connectivity.settings import Averaging


class FirstIterates(IterateAverage):
    """The average of the first iterates, under a name of its own."""


def main(snakemake: Job) -> None:
    """Write the points: last, average, moving average, first average, annealed."""
    cfg = snakemake.params.cfg
    seeds = seeds_of(snakemake.wildcards.seeds)
    subject = Subject.of(cfg, snakemake.params.data, seeds)
    averaging = Averaging.model_validate(section(cfg, "averaging"))
    start = initial(subject.network, seeds, FIRST)
    ensemble = Ensemble(subject.network, start, subject.examples.train, orders(seeds, FIRST))
    constant = averaging.training
    annealed = constant.model_copy(update={"schedule": Cosine(kind="cosine")})
    late, early = IterateAverage(averaging.last), FirstIterates(averaging.first)
    moving, steps = MovingAverage(averaging.decay), constant.steps
    states = [ResumeState.of(snakemake, name) for name in ("constant", "annealed")]
    callbacks = [late, early, moving, Progress(steps)]
    points = {"last": train(ensemble, constant, callbacks, states[0], subject.device)}
    points |= {"average": late.average(), "moving average": moving.mean}
    points["first average"] = early.average()
    points["annealed"] = train(ensemble, annealed, [Progress(steps)], states[1], subject.device)
    Stored.grouped(points).save(snakemake.output.points)
    for state in states:
        state.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
