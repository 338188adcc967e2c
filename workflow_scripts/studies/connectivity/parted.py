"""Step: train copies of the first network of each pair that part after some steps.

Two copies share the network's first steps, then see the examples in different orders. Their
optimisers begin anew where they part, without momentum, in both copies alike.
"""

from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.callbacks import Progress, Snapshots
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.connectivity.pairs import FIRST, initial, orders

COPIES = 2


class Shared(Snapshots):
    """Copies of the parameters after chosen steps, the last of which ends the training."""

    @property
    def finished(self) -> bool:
        return set(self.kept) >= self.at


def main(snakemake: Job) -> None:
    """Write, for each step at which they part, the two copies of each network in turn."""
    cfg = snakemake.params.cfg
    seeds = seeds_of(snakemake.wildcards.seeds)
    subject = Subject.of(cfg, snakemake.params.data, seeds)
    training = Training.model_validate(section(cfg, "training"))
    points = section(cfg, "part")
    states = [ResumeState.of(snakemake, name) for name in ("shared", *map(str, points))]
    start = initial(subject.network, seeds, FIRST)
    together = Ensemble(subject.network, start, subject.examples.train, orders(seeds, FIRST))
    shared = Shared(set(points))
    train(together, training, [shared, Progress(max(points))], states[0], subject.device)
    each = [seed for seed in seeds for _ in range(COPIES)]
    trained = {}
    for point, state in zip(points, states[1:], strict=True):
        apart = Ensemble(
            subject.network,
            {name: t.repeat_interleave(COPIES, 0) for name, t in shared.kept[point].items()},
            subject.members(each).examples.train,
            [stream_seed(seed, "copy", copy) for seed in seeds for copy in range(COPIES)],
            first_step=point,
        )
        progress = [Progress(training.steps)]
        trained[str(point)] = train(apart, training, progress, state, subject.device)
    Stored.grouped(trained).save(snakemake.output.copies)
    for state in states:
        state.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
