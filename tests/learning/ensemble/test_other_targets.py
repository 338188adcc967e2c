"""The one training loop on sequences, soft targets and real vectors, against plain torch loops."""

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from recurrent_example import Plain, Recurrent
from torch import Tensor

from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import (
    ClassMaps,
    ClassNumbers,
    RealVectors,
    SoftTargets,
    Targets,
)
from workflow_scripts.learning.ensemble.callbacks import Measurements
from workflow_scripts.learning.ensemble.evaluate import evaluate, evaluation
from workflow_scripts.learning.ensemble.history import read_history, save_history
from workflow_scripts.learning.ensemble.losses import cross_entropy
from workflow_scripts.learning.ensemble.randomness import DataOrder
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.target_losses import soft_cross_entropy, squared_error
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.networks.network import Loss, Network, Parameters, member_slice
from workflow_scripts.learning.quantities import AGREEMENT, LOSS

torch.set_num_threads(1)
SEEDS, N, PLACES, SYMBOLS = [3, 4, 5], 40, 7, 5
GENERATOR = torch.Generator().manual_seed(0)
TOKENS = torch.randint(0, SYMBOLS, (N, PLACES), generator=GENERATOR)
FEATURES = torch.randn(N, PLACES, 3, generator=GENERATOR)
MAPS = ClassMaps((TOKENS.cumsum(1) % 4).long())
LABELS = ClassNumbers(TOKENS.sum(1) % 4)
RECIPE = Training(
    optimiser={"kind": "sgd", "momentum": 0.5}, learning_rate=0.2, batch_size=8, steps=40
)
PRECISIONS = [(torch.float64, 1e-9), (torch.float32, 2e-4)]


def typed(values: Tensor, dtype: torch.dtype) -> Tensor:
    return values.to(dtype) if values.is_floating_point() else values


def trained(
    network: Network, shown: Split, loss: Loss, dtype: torch.dtype, seeds: list[int] = SEEDS
) -> tuple[Parameters, Parameters]:
    """Where the members start, and where they end."""
    start = {name: tensor.to(dtype) for name, tensor in network.initialise(seeds).items()}
    before = {name: tensor.clone() for name, tensor in start.items()}
    return before, train(Ensemble(network, start, shown, seeds, loss=loss), RECIPE)


def plainly(
    model: torch.nn.Module, seed: int, inputs: Tensor, targets: Tensor, loss: Callable[..., Tensor]
) -> None:
    """The same training of one network with torch's own optimiser."""
    moving = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.SGD(moving, RECIPE.learning_rate, momentum=0.5)
    order = DataOrder([seed], N, RECIPE.batch_size)
    for step in range(RECIPE.steps):
        rows = order.batch(step)[0]
        optimiser.zero_grad()
        loss(model(inputs[rows]), targets[rows]).backward()
        optimiser.step()


def place_by_place(logits: Tensor, targets: Tensor) -> Tensor:
    return F.cross_entropy(logits.movedim(-1, 1), targets)


@pytest.mark.parametrize(("dtype", "tolerance"), PRECISIONS)
@pytest.mark.parametrize("everywhere", [True, False], ids=["at each place", "at the end"])
@pytest.mark.parametrize("inputs", [TOKENS, FEATURES], ids=["tokens", "features"])
def test_a_network_that_reads_sequences_is_trained_as_torchs_own(
    inputs, everywhere, dtype, tolerance
):
    tokens = inputs is TOKENS
    network = Recurrent(PLACES, SYMBOLS if tokens else 3, tokens, everywhere)
    targets: Targets = MAPS if everywhere else LABELS
    inputs = typed(inputs, dtype)
    before, after = trained(network, Split(inputs, targets), cross_entropy, dtype)
    for member, seed in enumerate(SEEDS):
        model = Plain(network, {name: tensor[member] for name, tensor in before.items()})
        plainly(model, seed, inputs, targets.values, place_by_place)
        for name, expected in model.arrays().items():
            assert not torch.allclose(before[name][member], expected, rtol=0.01)
            torch.testing.assert_close(
                after[name][member], expected, rtol=tolerance, atol=tolerance
            )


def soft_targets(dtype: torch.dtype) -> SoftTargets:
    teacher = torch.randn(N, 4, generator=torch.Generator().manual_seed(1), dtype=dtype)
    return SoftTargets((2 * teacher).softmax(1))


def real_vectors(dtype: torch.dtype) -> RealVectors:
    values = torch.randn(N, 4, generator=torch.Generator().manual_seed(1), dtype=dtype)
    return RealVectors(values)


def plain_mlp(start: Parameters) -> torch.nn.Sequential:
    layers: list[torch.nn.Module] = []
    for layer in range(len(start) // 2):
        weight, bias = start[f"weight{layer}"], start[f"bias{layer}"]
        linear = torch.nn.Linear(*weight.shape, dtype=weight.dtype)
        linear.weight.data, linear.bias.data = weight.T.clone(), bias.clone()
        layers += [linear, torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


@pytest.mark.parametrize(("dtype", "tolerance"), PRECISIONS)
@pytest.mark.parametrize(
    ("targets_of", "loss", "plain_loss"),
    [
        (soft_targets, soft_cross_entropy, F.cross_entropy),
        (real_vectors, squared_error, F.mse_loss),
    ],
    ids=["soft targets", "real vectors"],
)
def test_other_targets_are_learned_as_in_a_plain_loop(
    targets_of, loss, plain_loss, dtype, tolerance
):
    network, targets = Mlp([3, 9, 4]), targets_of(dtype)
    inputs = FEATURES[:, 0].to(dtype)
    before, after = trained(network, Split(inputs, targets), loss, dtype)
    for member, seed in enumerate(SEEDS):
        model = plain_mlp({name: tensor[member] for name, tensor in before.items()})
        plainly(model, seed, inputs, targets.values, plain_loss)
        for layer in range(2):
            linear = model[2 * layer]
            for name, expected in (("weight", linear.weight.T), ("bias", linear.bias)):
                found = after[f"{name}{layer}"][member]
                torch.testing.assert_close(found, expected.detach(), rtol=tolerance, atol=tolerance)


def test_targets_of_a_members_own_are_those_it_learns():
    values = torch.stack([real_vectors(torch.float32).values * scale for scale in (1, 2, 3)])
    network, inputs = Mlp([3, 9, 4]), FEATURES[:, 0].contiguous()
    shown = Split(inputs, RealVectors(values, per_member=True))
    _, together = trained(network, shown, squared_error, torch.float32)
    for member, seed in enumerate(SEEDS):
        alone = Split(inputs, RealVectors(values[member]))
        _, after = trained(network, alone, squared_error, torch.float32, [seed])
        assert all(torch.equal(after[name][0], together[name][member]) for name in after)


def test_tokens_are_perturbed_as_the_same_sequences_of_features():
    """The radius is one of weights: that inputs are integers must not round it away."""
    plain = {"optimiser": {"kind": "sgd"}, "learning_rate": 0.2, "batch_size": 8, "steps": 40}
    recipe = Training(**plain, gradient={"kind": "sharpness-aware", "radius": 0.3})
    ends = []
    for tokens, inputs in ((True, TOKENS), (False, F.one_hot(TOKENS, SYMBOLS).double())):
        network = Recurrent(PLACES, SYMBOLS, tokens, everywhere=True)
        start = {name: tensor.double() for name, tensor in network.initialise(SEEDS).items()}
        ensemble = Ensemble(network, start, Split(inputs, MAPS), SEEDS)
        ends.append(train(ensemble, recipe))
        flat = train(ensemble, Training(**plain))
        assert not torch.allclose(ends[-1]["out"], flat["out"], rtol=1e-3)
    for name, tensor in ends[0].items():
        torch.testing.assert_close(tensor, ends[1][name])


def test_evaluation_takes_the_mean_over_examples_of_what_the_targets_measure():
    """More examples than a chunk, and the last chunk is not full."""
    network = Recurrent(PLACES, SYMBOLS, tokens=True, everywhere=True)
    many = Split(TOKENS.repeat(53, 1), ClassMaps(MAPS.values.repeat(53, 1)))
    parameters = network.initialise(SEEDS)
    found, once = (evaluate(network, parameters, split) for split in (many, Split(TOKENS, MAPS)))
    assert set(found) == {"loss", "accuracy"}
    logits = network.logits(parameters, TOKENS).double()
    for member in range(len(SEEDS)):
        expected = place_by_place(logits[member], MAPS.values)
        assert float(found["loss"][member]) == pytest.approx(float(expected), rel=1e-6)
        assert float(found["loss"][member]) == pytest.approx(float(once["loss"][member]))
        right = (logits[member].argmax(2) == MAPS.values).double().mean()
        assert float(found["accuracy"][member]) == pytest.approx(float(right))


def test_members_are_evaluated_on_rows_of_their_own():
    network, inputs = Mlp([3, 9, 4]), FEATURES[:, 0].contiguous()
    parameters = network.initialise(SEEDS)
    rows = torch.stack([torch.randperm(N, generator=GENERATOR)[:25] for _ in SEEDS])
    together = evaluate(network, parameters, Split(inputs, LABELS, rows))
    for member, own in enumerate(rows):
        cut = Split(inputs[own], ClassNumbers(LABELS.values[own]))
        alone = evaluate(network, member_slice(parameters, member, member + 1), cut)
        for name, values in alone.items():
            assert float(values) == float(together[name][member])


def test_a_history_of_soft_targets_has_agreements_in_percent(tmp_path):
    network, targets = Mlp([3, 9, 4]), soft_targets(torch.float32)
    shown = Split(FEATURES[:, 0].contiguous(), targets)
    curve = Measurements("train", evaluation(network, shown, shown.inputs), {0, RECIPE.steps})
    ensemble = Ensemble(network, network.initialise(SEEDS), shown, SEEDS, loss=soft_cross_entropy)
    after = train(ensemble, RECIPE, [curve])
    save_history(tmp_path / "h.safetensors", [curve], [{"seed": seed} for seed in SEEDS])
    table = read_history(tmp_path / "h.safetensors", [LOSS, AGREEMENT])
    assert table.columns.tolist() == ["seed", "step", "split", "agreement", "loss"]
    end = table[table.step == RECIPE.steps]
    expected = evaluate(network, after, shown)
    assert end.agreement.to_numpy() == pytest.approx(100 * expected["agreement"].numpy())
    assert (end.loss.to_numpy() < table[table.step == 0].loss.to_numpy()).all()
