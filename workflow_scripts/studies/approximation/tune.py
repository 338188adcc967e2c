"""Step: compare learning rates of Adam on seeds of their own, and choose one for each width."""

from collections.abc import Sequence

import pandas as pd

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.device import device
from workflow_scripts.learning.ensemble.member import Member
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.width_groups import widths_of
from workflow_scripts.studies.approximation.marks import KINDS
from workflow_scripts.studies.approximation.members import Shallow, train_members
from workflow_scripts.studies.approximation.settings import Tuning


def compared(settings: Tuning, widths: Sequence[int]) -> tuple[list[Member], list[float]]:
    """One member for each width, kind, rate and tuning seed; and their rates."""
    seeds = [seed for batch in settings.seeds for seed in seeds_of(batch)]
    found = [
        (Member({"seed": seed, "kind": kind, "width": width}), rate)
        for rate in settings.rates
        for width in widths
        for kind in KINDS
        for seed in seeds
    ]
    return [member for member, _ in found], [rate for _, rate in found]


def main(snakemake: Job) -> None:
    """Write the errors of a group of widths at every rate."""
    cfg = snakemake.params.cfg
    settings = Tuning.model_validate(section(cfg, "tuning"))
    members, rates = compared(settings, widths_of(snakemake.wildcards.group))
    training = Training.model_validate(section(cfg, "training"))
    resume = ResumeState.of(snakemake)
    where = device(section(cfg, "device"))
    _, _, rows = train_members(Shallow.of(cfg), members, rates, training, resume, where)
    write_table(pd.DataFrame(rows).rename(columns={"seed": "tuning_seed"}), snakemake.output.table)
    resume.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
