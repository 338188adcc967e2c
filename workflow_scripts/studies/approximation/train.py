"""Step: train networks of several widths by Adam, as the masked members of one ensemble."""

import pandas as pd

from workflow_scripts.core.artifacts.tables import read_table, write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.device import device
from workflow_scripts.learning.ensemble.member import Member
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.width_groups import widths_of
from workflow_scripts.studies.approximation.marks import FUNCTIONS
from workflow_scripts.studies.approximation.members import ADAM, Shallow, train_members
from workflow_scripts.studies.approximation.rates import best_rates


def main(snakemake: Job) -> None:
    """Train each width of the group on each function of each seed, at the rate tuned for it."""
    cfg, wildcards = snakemake.params.cfg, snakemake.wildcards
    members = [
        Member({"seed": seed, "kind": kind, "width": width})
        for width in widths_of(wildcards.group)
        for kind in FUNCTIONS[wildcards.functions]
        for seed in seeds_of(wildcards.seeds)
    ]
    tuned = best_rates(read_table(snakemake.input.rates))
    rates = [tuned[member.facts["kind"], member.facts["width"]] for member in members]
    training = Training.model_validate(section(cfg, "training"))
    resume = ResumeState.of(snakemake)
    where = device(section(cfg, "device"))
    _, trained, rows = train_members(Shallow.of(cfg), members, rates, training, resume, where)
    Stored.of(trained).save(snakemake.output.trained)
    write_table(pd.DataFrame(rows).assign(optimiser=ADAM), snakemake.output.table)
    resume.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
