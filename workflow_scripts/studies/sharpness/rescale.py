"""Step: the same functions with rescaled layers, and how sharp they are then."""

from dataclasses import dataclass, fields

import pandas as pd
import torch

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.curvature.lanczos import top_eigenvalues
from workflow_scripts.learning.curvature.rescaling import rescaled
from workflow_scripts.learning.curvature.sharpness import adaptive_sharpness
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.networks.network import Parameters
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.sharpness.settings import Rescaling
from workflow_scripts.studies.sharpness.tasks import arm_of, chosen, subject_of, training_loss

TESTED = 1000
"""Number of test examples on which outputs are compared."""
COLUMNS = ["factor", "seed", "top", "adaptive", "difference"]


@dataclass(frozen=True)
class Estimators:
    """The part of the study's measures that this step reads."""

    examples: int
    tolerance: float
    adaptive_radius: float
    ascent_steps: int

    @classmethod
    def names(cls) -> list[str]:
        """Their names among the measures."""
        return [field.name for field in fields(cls)]


def rescalings(
    subject: Subject,
    parameters: Parameters,
    seeds: list[int],
    factors: tuple[float, ...],
    measures: Estimators,
    done: PartialResults,
) -> pd.DataFrame:
    """Sharpness of each minimum with its first layer times each factor, in float64.

    `difference` is the largest change of a logit on the test examples. The members are those of
    `seeds`, of which `subject` has the examples.
    """
    objective = training_loss(subject, measures.examples, torch.float64)
    network = subject.network
    assert isinstance(network, Mlp)
    start = {name: tensor.double() for name, tensor in parameters.items()}
    inputs = subject.examples.test.inputs[:TESTED].double().to(subject.device)
    outputs = network.logits(start, inputs)
    streams = [stream_seed(seed, "curvature") for seed in seeds]

    def at(factor: float) -> pd.DataFrame:
        other = rescaled(network, start, factor)
        change = (network.logits(other, inputs) - outputs).abs().amax((1, 2))
        adaptive = adaptive_sharpness(
            objective, other, measures.adaptive_radius, measures.ascent_steps
        )
        top = top_eigenvalues(objective.hessian(other), streams, measures.tolerance)
        columns = {"top": top.values, "adaptive": adaptive, "difference": change}
        numbers = {name: tensor.cpu().numpy() for name, tensor in columns.items()}
        return pd.DataFrame({"factor": factor, "seed": seeds, **numbers})

    tables = [done.table(f"factor {factor}", at, factor) for factor in factors]
    return pd.concat(tables, ignore_index=True)


def main(snakemake: Job) -> None:
    """Write the rescalings of a batch of seeds."""
    cfg, seeds = snakemake.params.cfg, seeds_of(snakemake.wildcards.seeds)
    rescaling = Rescaling.model_validate(section(cfg, "rescaling"))
    measures = Estimators(**{name: section(cfg, name) for name in Estimators.names()})
    arm = arm_of(cfg, rescaling.arm)
    subject = subject_of(cfg, arm, snakemake.params.data, seeds)
    stored = Stored.load(snakemake.input.networks)
    found, there = chosen(arm, arm.radii[0], seeds, stored, subject.device)
    table, done = pd.DataFrame(columns=COLUMNS), PartialResults.of(snakemake)
    if there:
        own, factors = subject.members(there), rescaling.factors
        table = rescalings(own, found, there, factors, measures, done)
    write_table(table, snakemake.output.rescaling)
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
