"""Step: train the teachers of a batch of seeds, and keep what they say of each example."""

from collections.abc import Sequence

import torch
from torch import Tensor

from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.ensemble.callbacks import Progress
from workflow_scripts.learning.ensemble.evaluate import CHUNK
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.network import Parameters, device_of, members_of
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.distillation.settings import Teachers


def streams(seeds: Sequence[int], purpose: str, copies: int) -> list[int]:
    """The seed of a random stream of each teacher: all copies of the first seed, then the next."""
    return [stream_seed(seed, purpose, copy) for seed in seeds for copy in range(copies)]


def taught(
    teachers: Teachers, subject: Subject, seeds: Sequence[int], resume: ResumeState | None = None
) -> Parameters:
    """The trained teachers `[S · copies, …]`, all copies of a seed in a row."""
    network, copies = subject.network, teachers.copies
    ensemble = Ensemble(
        network,
        network.initialise(streams(seeds, "teacher", copies)),
        subject.examples.of([seed for seed in seeds for _ in range(copies)]).train,
        streams(seeds, "teacher's order", copies),
    )
    steps = teachers.training.steps
    return train(ensemble, teachers.training, [Progress(steps)], resume, subject.device)


@torch.no_grad()
def said(subject: Subject, parameters: Parameters, split: Split) -> Tensor:
    """Logits `[M, N, K]` of each network on its examples, on the CPU."""
    parameters = {name: array.to(subject.device) for name, array in parameters.items()}
    parameters = subject.calibrated(parameters)
    members = members_of(parameters)
    split = split.to(device_of(parameters))
    return torch.cat(
        [
            subject.network.logits(parameters, split.part(start, start + CHUNK, members)[0]).cpu()
            for start in range(0, len(split), CHUNK)
        ],
        dim=1,
    )


def main(snakemake: Job) -> None:
    """Write the teachers, and the logits `[S, copies, N, K]` of their training examples.

    Those of a network before training are those of the first copy.
    """
    cfg, seeds = snakemake.params.cfg, seeds_of(snakemake.wildcards.seeds)
    teachers = Teachers.model_validate(section(cfg, "teachers"))
    sample, device = section(cfg, "sample"), section(cfg, "device")
    given = {"network": section(cfg, "teachers")["network"], "sample": sample, "device": device}
    subject = Subject.of(given, snakemake.params.data, seeds)
    resume = ResumeState.of(snakemake)
    trained = taught(teachers, subject, seeds, resume)
    everyone = subject.members([seed for seed in seeds for _ in range(teachers.copies)])
    logits = said(everyone, trained, everyone.examples.train)
    fresh = subject.network.initialise(streams(seeds, "teacher", 1))
    untrained = said(subject, fresh, subject.examples.train)
    Stored.of(trained).save(snakemake.output.teachers)
    targets = {
        "trained": logits.unflatten(0, (len(seeds), teachers.copies)),
        "untrained": untrained,
    }
    Stored.of(targets).save(snakemake.output.targets)
    resume.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
