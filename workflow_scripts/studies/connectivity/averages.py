"""Step: continue training a batch at a constant and at an annealed rate, and average.

The constant phase is that of stochastic weight averaging (Izmailov et al. 2018) and also yields an
exponential moving average; the annealed phase (cosine to zero) has the same length and batches.
"""

from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.averaging.iterates import IterateAverage, MovingAverage
from workflow_scripts.learning.ensemble.callbacks import Progress
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.schedules.cosine import Cosine
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.connectivity.settings import Averaging


def main(snakemake: Job) -> None:
    """Write the points: start, last, average, moving average, annealed, annealed average."""
    cfg = snakemake.params.cfg
    seeds = seeds_of(snakemake.wildcards.seeds)
    subject = Subject.of(cfg, snakemake.params.data, seeds)
    averaging = Averaging.model_validate(section(cfg, "averaging"))
    start = subject.load(snakemake.input.start)
    ensemble = Ensemble(
        subject.network,
        start,
        subject.examples.train,
        [stream_seed(seed, "averaging examples") for seed in seeds],
    )
    constant = averaging.training
    annealed = constant.model_copy(update={"schedule": Cosine(kind="cosine")})
    steps, every = constant.steps, averaging.every
    late = range(every, steps + 1, every)
    mean, moving = IterateAverage(set(late)), MovingAverage(averaging.decay)
    end = IterateAverage({step for step in late if step > averaging.annealed_from * steps})
    states = [ResumeState.of(snakemake, name) for name in ("constant", "annealed")]
    points = {"start": start}
    points["last"] = train(
        ensemble, constant, [mean, moving, Progress(steps)], states[0], subject.device
    )
    points |= {"average": mean.average(), "moving average": moving.mean}
    points["annealed"] = train(
        ensemble, annealed, [end, Progress(steps)], states[1], subject.device
    )
    points["annealed average"] = end.average()
    Stored.grouped(points).save(snakemake.output.points)
    for state in states:
        state.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
