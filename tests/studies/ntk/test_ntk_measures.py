"""What the steps measure, against closed forms and plain loops."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from workflow_scripts.core.artifacts.tables import read_table
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.learning.ensemble.optimisers.sgd import Sgd
from workflow_scripts.learning.kernels.empirical import empirical_kernel
from workflow_scripts.learning.networks.ntk_mlp import NtkMlp
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.studies.ntk.identities import measured as identities
from workflow_scripts.studies.ntk.images import Part, by_descent, by_kernels, of_pair
from workflow_scripts.studies.ntk.marks import DENSE, KERNEL, LINEARISED, NETWORK, RANDOM, SPARSE
from workflow_scripts.studies.ntk.parity import alignment, correct, drawn
from workflow_scripts.studies.ntk.settings import (
    Descent,
    Identities,
    Images,
    Parity,
    SingleIndex,
)
from workflow_scripts.studies.ntk.widths import distance, flipped, groups, main, single_index
from workflow_scripts.studies.ntk.widths import measured as by_width

TASK = SingleIndex(inputs=5, examples=8, unseen=6, frequency=2)
SGD = Sgd(kind="sgd")
DESCENT = Descent(optimiser=SGD, loss=0.2, rate=1, refresh=2, steps=500)
PARITY = Parity(
    inputs=6, examples=20, unseen=4000, aligned=50, width=8, alphas=(0.1, 10), rich=0.1, lazy=10,
    descent=DESCENT,
)  # fmt: skip


def test_the_single_index_lies_on_the_sphere_and_training_targets_have_the_mean_square_one():
    inputs, targets = single_index(3, TASK)
    assert inputs.norm(dim=1).tolist() == pytest.approx([5**0.5] * 14)
    assert float(targets[:8].square().mean()) == pytest.approx(1)
    assert not torch.equal(inputs, single_index(4, TASK)[0])


def test_distances_are_relative_to_the_second_kernel():
    ours, others = torch.tensor([[[3.0, 0], [0, 4.0]]]), torch.tensor([[[0.0, 0], [0, 2.0]]])
    assert distance(ours, others).tolist() == pytest.approx([13**0.5 / 2])


def test_flipped_units_are_counted():
    network = NtkMlp([1, 2, 1])
    before = {"weight0": torch.tensor([[[1.0, -1.0]]]), "weight1": torch.ones(1, 2, 1)}
    after = {"weight0": torch.tensor([[[-1.0, -2.0]]]), "weight1": torch.ones(1, 2, 1)}
    inputs = torch.tensor([[1.0], [2.0]])
    assert flipped(network, before, after, inputs).tolist() == [0.5]
    assert flipped(network, before, before, inputs).tolist() == [0.0]


def test_wide_networks_are_trained_in_smaller_groups_with_the_same_results():
    network = NtkMlp([5, 10, 1])
    assert list(groups(range(5), network, 130)) == [range(0, 2), range(2, 4), range(4, 5)]
    assert list(groups(range(2), network, 1)) == [range(0, 1), range(1, 2)]
    together, alone = (by_width(s, 2, 10, 1.0, TASK, DESCENT).table for s in ([1, 2], [2]))
    assert (together.steps >= 0).all()
    for column in ("kernel_change", "weight_change", "to_limit", "to_other", "flipped"):
        assert together[column][1] == pytest.approx(alone[column][0], rel=0.2)


def test_a_network_that_has_not_reached_the_loss_has_no_numbers_of_its_end():
    short = Descent(optimiser=SGD, loss=1e-9, rate=1, refresh=1, steps=2)
    table = by_width([1, 2], 2, 10, 1.0, TASK, short).table
    ends = ["kernel_change", "weight_change", "flipped", "predictions", "last_layer"]
    assert table[ends].isna().all(axis=None)
    assert table[["to_limit", "to_other", "loss"]].notna().all(axis=None)
    assert table.steps.tolist() == [-1, -1]


def test_the_step_by_width_writes_its_table_and_kernels(tmp_path, monkeypatch):
    monkeypatch.setattr(PartialResults, "of", lambda job: PartialResults())
    cfg = {
        "device": "cpu",
        "ntk.widths.task": TASK.model_dump(), "ntk.widths.descent": DESCENT.model_dump(),
        "ntk.widths.alphas": [1.0, 0.1], "ntk.widths.weights": 60, "ntk.widths.depths.3": [4, 8],
    }  # fmt: skip
    output = SimpleNamespace(table=str(tmp_path / "t.csv"), kernels=str(tmp_path / "k.safetensors"))
    wildcards = SimpleNamespace(seeds="0-1", layers="3")
    params = SimpleNamespace(cfg=cfg)
    main(SimpleNamespace(params=params, wildcards=wildcards, output=output))
    table = read_table(output.table)
    assert len(table) == 2 * 2 * 2
    assert sorted(table.width.unique()) == [4, 8]
    assert (table.layers == 3).all()


def test_labels_of_each_target():
    inputs, labels, relevant = drawn(1, SPARSE, PARITY)
    assert set(inputs.unique().tolist()) == {-1.0, 1.0}
    assert torch.equal(labels, inputs[:, relevant[0]] * inputs[:, relevant[1]])
    for target in (DENSE, RANDOM):
        same, other, _ = drawn(1, target, PARITY)
        assert torch.equal(same, inputs)
        assert set(other.unique().tolist()) == {-1.0, 1.0}
        assert abs(float((other * labels).mean())) < 0.6
    # No product of two inputs says much about random labels.
    _, random, _ = drawn(1, RANDOM, PARITY)
    products = inputs.unsqueeze(1) * inputs.unsqueeze(2)
    assert float((products * random.view(-1, 1, 1)).mean(0).abs().max()) < 0.08


def test_alignment_is_the_cosine_of_centred_matrices():
    draw = torch.Generator().manual_seed(2)
    roots = torch.randn(2, 7, 7, generator=draw, dtype=torch.float64)
    labels = torch.randn(2, 7, generator=draw, dtype=torch.float64).sign()
    kernels = roots @ roots.mT
    centre = np.eye(7) - 1 / 7
    for member, found in enumerate(alignment(kernels, labels).tolist()):
        ours = centre @ kernels[member].numpy() @ centre
        wanted = centre @ np.outer(labels[member], labels[member]) @ centre
        cosine = (ours * wanted).sum() / np.linalg.norm(ours) / np.linalg.norm(wanted)
        assert found == pytest.approx(cosine)
    own = labels.unsqueeze(2) * labels.unsqueeze(1)
    assert alignment(own, labels).tolist() == pytest.approx([1.0, 1.0])


def test_an_output_without_sign_is_wrong_and_one_that_is_not_finite_has_no_accuracy():
    outputs = torch.tensor([[1.0, -2.0, 0.0, 3.0], [1.0, float("nan"), 1.0, 1.0]])
    found = correct(outputs, torch.tensor([[1.0, -1.0, 1.0, -1.0]] * 2))
    assert found[0] == 50
    assert found[1].isnan()


def pairs(seed, count):
    draw = torch.Generator().manual_seed(seed)
    inputs = torch.randn(1, count, 4, generator=draw, dtype=torch.float64)
    return Part(inputs, torch.where(inputs[..., 0] * inputs[..., 1] > 0, 1.0, -1.0).double())


def test_only_the_pair_is_kept_with_labels_and_a_constant_input():
    numbers = torch.tensor([0, 3, 6, 6, 1, 0])
    split = Split(torch.arange(12.0).view(6, 2), ClassNumbers(numbers))
    part = of_pair(split, (0, 6))
    assert part.inputs[0].tolist() == [[0, 1, 1], [4, 5, 1], [6, 7, 1], [10, 11, 1]]
    assert part.labels[0].tolist() == [-1, 1, 1, -1]


def test_kernels_and_networks_on_images_are_chosen_on_validation():
    settings = Images(
        sample={"dataset": "fashion-mnist", "train": 10, "validation": 10, "test": 10},
        pair=(0, 6), sizes=(30,), width=20, alpha=0.3, ridges=(1e-1, 1e-3, 1e-5),
        descent={"optimiser": SGD, "loss": 0.01, "rate": 1, "refresh": 4, "steps": 60},
    )  # fmt: skip
    parts = [pairs(1, 30), pairs(2, 40), pairs(3, 50)]
    network = NtkMlp([4, 20, 1])
    initial = network.initialise([5])
    found = by_kernels(network, initial, parts, settings)
    kernel = empirical_kernel(network, initial, parts[0].inputs, parts[0].inputs)[0]
    rows = empirical_kernel(network, initial, parts[1].inputs, parts[0].inputs)[0]
    unit = float(torch.linalg.eigvalsh(kernel)[-1])
    losses = {}
    for ridge in settings.ridges:
        system = kernel + ridge * unit * torch.eye(30, dtype=torch.float64)
        outputs = rows @ torch.linalg.solve(system, parts[0].labels[0])
        losses[ridge] = float((outputs - parts[1].labels[0]).square().mean())
    assert found[KERNEL]["chosen"] == min(losses, key=losses.get)
    assert found[KERNEL]["validation_loss"] == pytest.approx(min(losses.values()))
    assert found[LINEARISED]["validation_loss"] < 1
    trained, kept = by_descent(network, initial, parts, settings)
    assert trained["validation_loss"] < 1
    assert not torch.equal(kept["weight0"], initial["weight0"])
    assert NETWORK not in found


def test_identities_hold_and_their_rivals_do_not():
    table = identities(0, TASK, Identities(width=6, steps=7), SGD)
    assert (table.difference < 1e-10).all()
    assert (table.mismatch > 1e-3).all()
