"""What "the same bits" means on a GPU: same machine, same libraries, same ensemble."""

import pytest
import torch

from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.learning.ensemble.augmentations.crops_settings import CropsSettings
from workflow_scripts.learning.ensemble.augmentations.flips_settings import FlipsSettings
from workflow_scripts.learning.ensemble.callbacks import Measurements
from workflow_scripts.learning.ensemble.device import device
from workflow_scripts.learning.ensemble.evaluate import evaluation
from workflow_scripts.learning.ensemble.optimisers.sgd import Sgd
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.pair_settings import pair_network
from workflow_scripts.learning.networks.settings import network

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no GPU")

MEMBERS, EXAMPLES, STEPS = 3, 64, 20
SHIFTED = (CropsSettings(kind="crops", padding=2), FlipsSettings(kind="flips"))
RESIDUAL = {"kind": "residual", "input": [3, 16, 16], "channels": [8, 16], "blocks": 1}
NETWORKS = {
    "mlp": {"kind": "mlp", "sizes": [12, 20, 10]},
    "convolutional": {
        "kind": "convolutional",
        "input": [3, 16, 16],
        "channels": [8, 8],
        "classes": 10,
    },
    "residual": RESIDUAL | {"classes": 10},
    "pair-transformer": {"kind": "pair-transformer", "embedding": 16, "heads": 2, "hidden": 32},
}


def ensemble(kind):
    """Networks of a kind and their examples, where they are made: in main memory."""
    pairs = kind.startswith("pair")
    built = pair_network(NETWORKS[kind], 10) if pairs else network(NETWORKS[kind])
    draw = torch.Generator().manual_seed(0)
    shape = (EXAMPLES, *built.input_shape)
    inputs = (
        torch.randint(10, shape, generator=draw) if pairs else torch.randn(shape, generator=draw)
    )
    split = Split(inputs, ClassNumbers(torch.randint(10, (EXAMPLES,), generator=draw)))
    seeds = range(MEMBERS)
    return Ensemble(built, built.initialise(seeds), split, list(seeds))


def training(kind, steps=STEPS):
    """Augmented where the network reads images."""
    images = len(NETWORKS[kind].get("input", ())) == 3
    return Training(
        optimiser=Sgd(kind="sgd", momentum=0.9),
        learning_rate=0.05,
        batch_size=16,
        steps=steps,
        augmentations=SHIFTED if images else (),
    )


def trained(kind, where="cuda", resume=None, steps=STEPS):
    """Parameters after the training, and the accuracies on the way."""
    given = ensemble(kind)
    measured = Measurements(
        "train",
        evaluation(given.network, given.examples, given.examples.inputs),
        set(range(0, STEPS + 1, 5)),
    )
    where = device(where)
    return train(given, training(kind, steps), [measured], resume, where), measured


@pytest.mark.parametrize("kind", NETWORKS)
def test_the_same_ensemble_gives_the_same_bits(kind):
    (first, seen), (again, known) = trained(kind), trained(kind)
    assert all(torch.equal(first[name], again[name]) for name in first)
    for name, values in seen.measured.items():
        assert all(map(torch.equal, values, known.measured[name]))


@pytest.mark.parametrize("kind", NETWORKS)
def test_a_resumed_training_gives_the_bits_of_one_that_ran_through(kind, tmp_path):
    through, _ = trained(kind)
    state = ResumeState(tmp_path / "state.safetensors", "key")
    state.keeps_end = True
    trained(kind, resume=state, steps=STEPS // 2)
    resumed, _ = trained(kind, resume=ResumeState(state.path, "key"))
    assert all(torch.equal(through[name], resumed[name]) for name in through)


@pytest.mark.parametrize("kind", NETWORKS)
def test_a_gpu_and_a_processor_agree_at_first(kind):
    there, _ = trained(kind, steps=1)
    here, _ = trained(kind, "cpu", steps=1)
    for name in here:
        torch.testing.assert_close(there[name], here[name], rtol=1e-4, atol=1e-5)
