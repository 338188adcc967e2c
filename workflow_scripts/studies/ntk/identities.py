"""Step: what is computed in closed form, beside another way to compute the same."""

import pandas as pd
import torch
from torch import Tensor

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.optimisers.sgd import Sgd
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.kernels.empirical import empirical_kernel, feature_kernel
from workflow_scripts.learning.kernels.regression import KernelRegression
from workflow_scripts.learning.networks.network import Parameters
from workflow_scripts.learning.networks.ntk_mlp import NtkMlp
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.learning.parts_by_seed import by_seed
from workflow_scripts.studies.ntk.descent import Problem, descend
from workflow_scripts.studies.ntk.marks import JACOBIAN, TANGENT
from workflow_scripts.studies.ntk.settings import Descent, Identities, SingleIndex
from workflow_scripts.studies.ntk.widths import distance, single_index

ALPHA = 1.0
RATE = 0.5


def by_jacobians(network: NtkMlp, parameters: Parameters, inputs: Tensor) -> Tensor:
    """The kernel `[1, N, N]` of a single network, from gradients by torch.func."""

    def outputs(at: Parameters, example: Tensor) -> Tensor:
        return network.logits(at, example.view(1, 1, -1)).squeeze()

    gradients = torch.func.vmap(torch.func.grad(outputs), (None, 0))(parameters, inputs)
    rows = torch.cat([gradient.flatten(1) for gradient in gradients.values()], dim=1)
    return (rows @ rows.T).unsqueeze(0)


def measured(seed: int, task: SingleIndex, settings: Identities, optimiser: Sgd) -> pd.DataFrame:
    """One row per identity: the difference of both sides, and that of a rival, relative.

    The rivals are the kernel of the last layer alone, and the network that is not linearised.
    """
    inputs, targets = single_index(seed, task)
    seen, known = inputs[: task.examples], targets[: task.examples]
    network = NtkMlp([task.inputs, settings.width, settings.width, 1])
    initial = network.initialise([stream_seed(seed, "weights of identities")])
    kernel = empirical_kernel(network, initial, seen, seen)
    jacobian = by_jacobians(network, initial, seen)
    regression = KernelRegression.of(kernel, known.unsqueeze(0))
    scale = torch.tensor([ALPHA], dtype=torch.float64)
    tasks = {
        linear: Problem(network, initial, seen.unsqueeze(0), known.unsqueeze(0), scale, linear)
        for linear in (True, False)
    }
    # Both sides with the same step size, which the power iteration knows to six digits.
    rates = RATE / tasks[True].largest_eigenvalues(initial)
    new = inputs[task.examples :].unsqueeze(0)
    rows = empirical_kernel(network, initial, new, seen.unsqueeze(0))
    times = torch.full_like(rates, settings.steps)
    expected = rows @ regression.descended(rates, times).unsqueeze(2)
    # A loss that is not reached: exactly as many steps.
    steps = settings.steps
    descent = Descent(optimiser=optimiser, loss=1e-300, rate=RATE, refresh=steps, steps=steps)
    found = {}
    for linear, problem in tasks.items():
        trained = descend(problem, descent)
        outputs = problem.outputs(trained.parameters, new).unsqueeze(2)
        found[linear] = float(distance(outputs, expected))
    table = {
        "identity": [JACOBIAN, TANGENT],
        "difference": [float(distance(kernel, jacobian)), found[True]],
        "mismatch": [
            float(distance(feature_kernel(network, initial, seen, seen), jacobian)),
            found[False],
        ],
    }
    return pd.DataFrame({"seed": seed} | table)


def main(snakemake: Job) -> None:
    """Write one table for a batch of seeds."""
    task = SingleIndex.model_validate(section(snakemake.params.cfg, "task"))
    settings = Identities.model_validate(section(snakemake.params.cfg, "identities"))
    optimiser = Sgd.model_validate(section(snakemake.params.cfg, "optimiser"))
    done = PartialResults.of(snakemake)

    def of_seed(seed: int) -> dict[str, pd.DataFrame]:
        return {"table": measured(seed, task, settings, optimiser)}

    tables = by_seed(done, seeds_of(snakemake.wildcards.seeds), of_seed)
    write_table(tables["table"], snakemake.output.table)
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
