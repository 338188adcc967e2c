import pytest
import torch

from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.learning.ensemble.losses import cross_entropy
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.ensemble.widths import embedded
from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.networks.residual import Residual

torch.set_num_threads(1)
WIDTHS, SEEDS = [3, 8, 5], [4, 5, 6]
GENERATOR = torch.Generator().manual_seed(0)
INPUTS = torch.randn(60, 7, generator=GENERATOR)
LABELS = torch.randint(0, 4, (3, 60), generator=GENERATOR)  # each member has its own
RECIPES = {
    "sgd": {"learning_rate": 0.05, "weight_decay": 1e-3},
    "adam": {"learning_rate": 0.005, "weight_decay": 1e-3},
    "adamw": {"learning_rate": 0.005, "weight_decay": 0.1},
}


def network(width):
    return Mlp([7, width, width, 4])


def trained(network, parameters, masks, labels, seeds, optimiser, dtype):
    own = {"momentum": 0.9} if optimiser == "sgd" else {}
    recipe = Training(
        optimiser={"kind": optimiser, **own}, batch_size=10, steps=200, **RECIPES[optimiser]
    )
    start = {name: tensor.to(dtype) for name, tensor in parameters.items()}
    shown = Split(INPUTS.to(dtype), ClassNumbers(labels, per_member=True))
    ensemble = Ensemble(network, start, shown, seeds, masks=masks)
    return train(ensemble, recipe)


@pytest.mark.parametrize("optimiser", RECIPES)
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-11), (torch.float32, 2e-3)])
def test_a_masked_member_is_the_narrow_network_trained_alone(optimiser, dtype, tolerance):
    """But for rounding: the sums of a wider product are taken in another order."""
    wide = network(8)
    parameters, masks = embedded([network(width) for width in WIDTHS], SEEDS, wide)
    together = trained(wide, parameters, masks, LABELS, SEEDS, optimiser, dtype)
    for member, (width, seed) in enumerate(zip(WIDTHS, SEEDS, strict=True)):
        narrow = network(width)
        start, labels = narrow.initialise([seed]), LABELS[member : member + 1]
        alone = trained(narrow, start, None, labels, [seed], optimiser, dtype)
        for name, tensor in alone.items():
            block = tuple(slice(size) for size in tensor.shape[1:])
            found = together[name][member]
            torch.testing.assert_close(found[block], tensor[0], rtol=0, atol=tolerance)
            rest = found.clone()
            rest[block] = 0
            assert not rest.any()
            assert not torch.equal(tensor, start[name].to(dtype))


def residual(width):
    return Residual((1, 7), [width, 2 * width], 1, 4)


@pytest.fixture(scope="module")
def residuals():
    """Parameters and masks of residual networks of all widths, in float64."""
    made = embedded([residual(width) for width in WIDTHS], SEEDS, residual(8))
    return [{name: tensor.double() for name, tensor in part.items()} for part in made]


def test_a_masked_residual_network_is_the_narrow_one(residuals):
    """In its outputs, normalised by the batch or calibrated, and in its gradients."""
    wide, (parameters, masks) = residual(8), residuals
    inputs = INPUTS.double().unsqueeze(1)
    shown, calibration = inputs[:20].expand(3, -1, -1, -1), inputs[20:]
    plain, calibrated = (
        wide.logits(given, shown)
        for given in (parameters, wide.calibrated(parameters, calibration))
    )
    losses, gradients = wide.losses_and_gradients(parameters, shown, LABELS[:, :20], cross_entropy)
    for member, (width, seed) in enumerate(zip(WIDTHS, SEEDS, strict=True)):
        narrow, own = residual(width), slice(member, member + 1)
        alone = {name: tensor.double() for name, tensor in narrow.initialise([seed]).items()}
        close(plain[own], narrow.logits(alone, shown[own]))
        close(calibrated[own], narrow.logits(narrow.calibrated(alone, calibration), shown[own]))
        loss, steep = narrow.losses_and_gradients(
            alone, shown[own], LABELS[own, :20], cross_entropy
        )
        close(losses[own], loss)
        for name, gradient in steep.items():
            block = tuple(slice(size) for size in gradient.shape[1:])
            close((gradients[name] * masks[name])[member][block], gradient[0])


def close(found, wanted):
    torch.testing.assert_close(found, wanted, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("optimiser", RECIPES)
def test_a_masked_residual_network_is_trained_as_the_narrow_one_alone(residuals, optimiser):
    recipe = Training(optimiser={"kind": optimiser}, batch_size=10, steps=30, **RECIPES[optimiser])

    def end(network, start, masks, members):
        labels = ClassNumbers(LABELS[members], per_member=True)
        shown = Split(INPUTS.double().unsqueeze(1), labels)
        return train(Ensemble(network, start, shown, SEEDS[members], masks=masks), recipe)

    together = end(residual(8), *residuals, slice(3))
    for member, (width, seed) in enumerate(zip(WIDTHS, SEEDS, strict=True)):
        start = {
            name: tensor.double() for name, tensor in residual(width).initialise([seed]).items()
        }
        alone = end(residual(width), start, None, slice(member, member + 1))
        for name, tensor in alone.items():
            block = tuple(slice(size) for size in tensor.shape[1:])
            found = together[name][member].clone()
            torch.testing.assert_close(found[block], tensor[0], rtol=0, atol=1e-9)
            found[block] = 0
            assert not found.any()
            assert not torch.equal(tensor, start[name])


def test_masks_are_ones_where_the_network_is():
    parameters, masks = embedded([network(width) for width in WIDTHS], SEEDS, network(8))
    for member, width in enumerate(WIDTHS):
        for name, shape in network(width).shapes().items():
            assert masks[name][member].sum() == torch.Size(shape).numel()
            assert not (parameters[name][member] * (1 - masks[name][member])).any()


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="does not fit"):
        embedded([network(9)], [0], network(8))
    with pytest.raises(ValueError, match="different parameters"):
        embedded([Residual((1, 7), [2], 1, 4)], [0], network(8))
