"""Step: the same networks trained by L-BFGS in float64, on the smooth functions."""

import pandas as pd
import torch

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.member import Member
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.partial_results import Found, PartialResults
from workflow_scripts.learning.width_groups import widths_of
from workflow_scripts.studies.approximation.marks import SMOOTH
from workflow_scripts.studies.approximation.members import LBFGS, Shallow, start
from workflow_scripts.studies.approximation.one_layer import OneLayer, parameters_of, vector_of
from workflow_scripts.studies.approximation.quasi_newton import minimise


def main(snakemake: Job) -> None:
    """Train each width on the function of each seed, from the start that Adam has."""
    cfg, wildcards = snakemake.params.cfg, snakemake.wildcards
    subject = Shallow.of(cfg)
    limits = section(cfg, "iterations"), section(cfg, "memory")

    def descended(width: int, seed: int) -> Found:
        member = Member({"seed": seed, "kind": SMOOTH, "width": width})
        network, initial, _ = start([member])
        examples = subject.examples([member])
        places, values = examples.inputs[:, 0].numpy(), examples.targets.values[0, :, 0].numpy()
        end = minimise(OneLayer(places, values, width), vector_of(initial), *limits)
        trained = parameters_of(end.vector)
        print(f"{width} units, seed {seed}: {end.iterations} iterations", flush=True)
        row = {
            **member.facts,
            **subject.errors(network, trained, member),
            "loss": end.loss,
            "iterations": end.iterations,
            "converged": end.converged,
            "optimiser": LBFGS,
        }
        return Found.of(pd.DataFrame([row]), trained)

    rows, groups, done = [], {}, PartialResults.of(snakemake)
    for width in widths_of(wildcards.group):
        parts = [
            done.part(f"{width} units, seed {seed}", descended, width, seed)
            for seed in seeds_of(wildcards.seeds)
        ]
        rows += [part.table for part in parts]
        found = [part.tensors for part in parts]
        groups[str(width)] = {n: torch.cat([each[n] for each in found]) for n in found[0]}
    Stored.grouped(groups).save(snakemake.output.trained)
    write_table(pd.concat(rows, ignore_index=True), snakemake.output.table)
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
