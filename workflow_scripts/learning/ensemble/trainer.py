"""The training loop: M networks of one architecture, each with its own data order and seed."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.ensemble.batches import Batches
from workflow_scripts.learning.ensemble.callbacks import Callback
from workflow_scripts.learning.ensemble.divergence import Divergence
from workflow_scripts.learning.ensemble.gradients.treatment import Treatment
from workflow_scripts.learning.ensemble.losses import cross_entropy
from workflow_scripts.learning.ensemble.optimiser import Optimiser
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.networks.network import Loss, Network, Parameters, members_of


@dataclass(frozen=True)
class Ensemble:
    """M members to train, their examples and initial state. A field that is None has no effect."""

    network: Network
    parameters: Parameters
    """Arrays `[M, …]` by name: the state after `first_step` steps."""
    examples: Split
    """The training examples, from which every member draws its own batches."""
    order_seeds: Sequence[int]
    """One seed per member, which determines the order of its examples."""
    masks: Parameters | None = None
    """Zeros (pruned) and ones `[M, …]` for some of the parameters."""
    learning_rates: Sequence[float] | None = None
    weight_decays: Sequence[float] | None = None
    radii: Sequence[float] | None = None
    """One radius ρ of SAM per member, which replaces the configured one; 0 for none."""
    first_step: int = 0
    loss: Loss = cross_entropy
    """A function of the outputs and targets of a batch; must fit the type of the targets."""


@torch.no_grad()
def train(
    ensemble: Ensemble,
    training: Training,
    callbacks: Sequence[Callback] = (),
    resume: ResumeState | None = None,
    device: torch.device | str = "cpu",
) -> Parameters:
    """Train from `first_step` to `training.steps` and return the parameters `[M, …]`.

    Training stops early once a callback is `finished`. A full batch is gathered once and has the
    same order in every step. ValueError if two callbacks share a name. Members whose training loss
    stops being finite are named at the end; they do not affect the others.

    The same seed gives the same bits alone and in any ensemble (bmm treats members one by one, the
    optimisers are elementwise; on the one CPU thread that every rule requests), and after a kill: a
    training resumed from `resume` ends as if it had not been interrupted. With grouped convolutions
    this holds only to the tolerance stated in the tests.
    """
    device = torch.device(device)
    members = members_of(ensemble.parameters)
    masks = {n: m.to(device) for n, m in (ensemble.masks or {}).items()}
    optimiser = Optimiser(
        training,
        {n: p.to(device) for n, p in ensemble.parameters.items()},
        ensemble.learning_rates or [training.learning_rate] * members,
        ensemble.weight_decays or [training.weight_decay] * members,
    )
    parameters = optimiser.parameters
    _mask(parameters, masks)
    treatment = _treatment(ensemble, training)
    examples = ensemble.examples.to(device)
    augmentations = [each.build() for each in training.augmentations]
    batches = Batches(examples, ensemble.order_seeds, training.batch_size, augmentations)
    if len({callback.name for callback in callbacks}) < len(callbacks):
        raise ValueError(f"callbacks share a name: {[callback.name for callback in callbacks]}")
    divergence = Divergence(members, device)
    done = _restored(resume, parameters, optimiser, divergence, callbacks, ensemble.first_step)
    try:
        for callback in callbacks:
            callback(done, parameters)
        for step in range(done, training.steps):
            if any(callback.finished for callback in callbacks):
                break
            batch = batches.batch(step)
            losses, gradients = ensemble.network.losses_and_gradients(
                parameters, *batch, ensemble.loss
            )
            divergence.watch(step, losses)
            _mask(gradients, masks)
            if treatment is not None:
                gradients = treatment.treated(gradients, parameters, *batch, step)
                _mask(gradients, masks)
            optimiser.step(gradients, step)
            done = step + 1
            for callback in callbacks:
                callback(done, parameters)
            if resume is not None and resume.due():
                resume.save(_state(done, parameters, optimiser, divergence, callbacks))
        if resume is not None and resume.keeps_end:
            resume.save(_state(done, parameters, optimiser, divergence, callbacks))
    except KeyboardInterrupt:
        # A step may have been interrupted midway: only the last saved state is consistent.
        print(f"interrupted near step {done} of {training.steps}", flush=True)
        raise
    divergence.tell()
    for callback in callbacks:
        callback.ended(divergence.steps.cpu())
    return {name: tensor.cpu().contiguous() for name, tensor in parameters.items()}


def _treatment(ensemble: Ensemble, training: Training) -> Treatment | None:
    """The change to each gradient; ValueError if the radii of members would have no effect."""
    gradient = training.gradient
    if any(ensemble.radii or ()) and (gradient is None or not gradient.takes_radii):
        raise ValueError("members with radii need a training whose gradient is 'sharpness-aware'")
    return None if gradient is None else gradient.build(ensemble)


def _mask(tensors: Parameters, masks: Parameters) -> None:
    for name, mask in masks.items():
        tensors[name].mul_(mask)


def _part(callback: Callback) -> str:
    return f"callback {callback.name}"


def _state(
    step: int,
    parameters: Parameters,
    optimiser: Optimiser,
    divergence: Divergence,
    callbacks: Sequence[Callback],
) -> dict[str, Tensor]:
    parts = {"parameters": parameters, "optimiser": optimiser.state()}
    parts |= {_part(callback): callback.state() for callback in callbacks}
    tensors = {
        f"{part}/{name}": tensor for part, group in parts.items() for name, tensor in group.items()
    }
    return tensors | {"step": torch.tensor(step), "diverged": divergence.steps}


def _restored(
    resume: ResumeState | None,
    parameters: Parameters,
    optimiser: Optimiser,
    divergence: Divergence,
    callbacks: Sequence[Callback],
    first_step: int,
) -> int:
    """Restore the saved state and return its step; `first_step` if there is none."""
    saved = resume.load() if resume is not None else None
    if saved is None:
        return first_step
    groups: dict[str, dict[str, Tensor]] = {}
    for name, tensor in saved.items():
        part, _, rest = name.partition("/")
        groups.setdefault(part, {})[rest] = tensor
    for name, tensor in groups["parameters"].items():
        parameters[name].copy_(tensor)
    optimiser.restore(groups.get("optimiser", {}))
    for callback in callbacks:
        callback.restore(groups.get(_part(callback), {}))
    divergence.restore(saved["diverged"])
    step = int(saved["step"])
    print(f"resuming at step {step}", flush=True)
    return step
