"""Kinds of targets: what fits them, which of them an example has, what is measured."""

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassMaps, ClassNumbers, RealVectors, SoftTargets

GENERATOR = torch.Generator().manual_seed(0)
MEMBERS, N, K, PLACES = 3, 12, 4, 5


def soft(*lead: int) -> torch.Tensor:
    return torch.rand(*lead, K, generator=GENERATOR).softmax(-1)


def numbers(*shape: int) -> torch.Tensor:
    return torch.randint(0, K, shape, generator=GENERATOR)


SHARED = {
    "class numbers": ClassNumbers(numbers(N)),
    "class maps": ClassMaps(numbers(N, PLACES)),
    "maps of two axes": ClassMaps(numbers(N, PLACES, 2)),
    "soft": SoftTargets(soft(N)),
    "real": RealVectors(torch.randn(N, 2, generator=GENERATOR)),
    "real sequences": RealVectors(torch.randn(N, PLACES, 2, generator=GENERATOR)),
}
OWN = {
    "class numbers": ClassNumbers(numbers(MEMBERS, N), per_member=True),
    "class maps": ClassMaps(numbers(MEMBERS, N, PLACES), per_member=True),
    "soft": SoftTargets(soft(MEMBERS, N), per_member=True),
    "real": RealVectors(torch.randn(MEMBERS, N, 2, generator=GENERATOR), per_member=True),
}


@pytest.mark.parametrize("targets", [*SHARED.values(), *OWN.values()])
def test_a_batch_is_each_members_own_rows(targets):
    rows = torch.stack([torch.randperm(N, generator=GENERATOR)[:7] for _ in range(MEMBERS)])
    assert len(targets) == N
    for member, batch in enumerate(targets.batch(rows)):
        values = targets.values[member] if targets.per_member else targets.values
        assert torch.equal(batch, values[rows[member]])


@pytest.mark.parametrize("targets", [*SHARED.values(), *OWN.values()])
def test_parts_and_first_examples_are_slices_of_the_examples(targets):
    part = targets.part(2, 9, MEMBERS)
    assert len(part) == MEMBERS
    first = targets.first(9)
    assert (type(first), len(first)) == (type(targets), 9)
    for member in range(MEMBERS):
        values = targets.values[member] if targets.per_member else targets.values
        assert torch.equal(part[member], values[2:9])
        assert torch.equal(first.part(2, 20, MEMBERS)[member], part[member])


@pytest.mark.parametrize(
    ("kind", "values", "per_member"),
    [
        (ClassNumbers, numbers(N, PLACES), False),
        (ClassNumbers, numbers(N), True),
        (ClassNumbers, torch.zeros(N), False),
        (ClassNumbers, torch.zeros(N, dtype=torch.int32), False),
        (ClassMaps, numbers(N), False),
        (ClassMaps, numbers(N, PLACES), True),
        (SoftTargets, soft(MEMBERS, N), False),
        (SoftTargets, numbers(N, K), False),
        (RealVectors, torch.zeros(N), False),
        (RealVectors, numbers(N, 2), False),
    ],
)
def test_values_of_another_kind_are_refused(kind, values, per_member):
    with pytest.raises(ValueError, match=f"{kind.__name__} are not made of"):
        kind(values, per_member=per_member)


def test_inputs_and_targets_are_as_many():
    with pytest.raises(ValueError, match="12 targets for 11 inputs"):
        Split(torch.zeros(11, 2), SHARED["real"])


@pytest.mark.parametrize("targets", [SHARED["class numbers"], OWN["class numbers"]])
def test_rows_of_its_own_are_the_examples_of_a_member(targets):
    whole = Split(torch.randn(N, 3, generator=GENERATOR), targets)
    rows = torch.stack([torch.randperm(N, generator=GENERATOR)[:8] for _ in range(MEMBERS)])
    own = replace(whole, rows=rows)
    assert (len(own), len(own.first(5)), len(own.first(99))) == (8, 5, 8)
    picked = torch.tensor([[0, 7], [3, 3], [6, 1]])
    inputs, wanted = own.batch(picked)
    assert torch.equal(inputs, whole.inputs[rows.gather(1, picked)])
    assert torch.equal(wanted, targets.batch(rows.gather(1, picked)))
    inputs, wanted = own.part(6, 99, MEMBERS)
    assert torch.equal(inputs, whole.inputs[rows[:, 6:]])
    assert torch.equal(wanted, targets.batch(rows[:, 6:]))


@pytest.mark.parametrize("targets", [*SHARED.values(), *OWN.values()])
def test_members_are_chosen_with_their_rows_and_targets(targets):
    rows = torch.stack([torch.randperm(N, generator=GENERATOR)[:8] for _ in range(MEMBERS)])
    for own in (None, rows):
        whole = Split(torch.randn(N, 3, generator=GENERATOR), targets, own)
        inputs, wanted = whole.part(0, N, MEMBERS)
        inputs = inputs if own is not None else inputs.expand(MEMBERS, -1, -1)
        some = whole.of([2, 0, 2])
        for at, member in enumerate((2, 0, 2)):
            shown, values = some.part(0, N, 3)
            shown = shown if own is not None else shown.expand(3, -1, -1)
            assert torch.equal(shown[at], inputs[member])
            assert torch.equal(values[at], wanted[member])
            alone = whole.alone(member)
            assert torch.equal(alone.inputs, inputs[member])
            assert torch.equal(alone.targets.values, wanted[member])
            assert alone.rows is None
            assert not alone.targets.per_member


@pytest.mark.parametrize("targets", SHARED.values())
def test_other_targets_are_those_of_the_rows_of_a_member(targets):
    rows = torch.stack([torch.randperm(N, generator=GENERATOR)[:8] for _ in range(MEMBERS)])
    whole = Split(torch.randn(N, 3, generator=GENERATOR), targets, rows)
    other = targets.batch(rows.flip(1))
    found = whole.relabelled(other)
    assert torch.equal(found.batch(torch.arange(8).expand(MEMBERS, -1))[1], other)
    assert type(found.targets) is type(targets)
    shared = Split(whole.inputs, targets)
    own = torch.stack([targets.values.flip(0)] * MEMBERS)
    assert torch.equal(shared.relabelled(own).part(0, N, MEMBERS)[1], own)


def outputs(*shape: int) -> torch.Tensor:
    return torch.randn(MEMBERS, N, *shape, generator=GENERATOR, dtype=torch.float64)


def test_class_numbers_are_measured_by_cross_entropy_and_accuracy():
    logits, targets = outputs(K), SHARED["class numbers"]
    found = targets.measures(logits, targets.part(0, N, MEMBERS))
    for member in range(MEMBERS):
        expected = F.cross_entropy(logits[member], targets.values, reduction="none")
        torch.testing.assert_close(found["loss"][member], expected)
        assert torch.equal(found["accuracy"][member], logits[member].argmax(1) == targets.values)


@pytest.mark.parametrize("name", ["class maps", "maps of two axes"])
def test_maps_are_measured_place_by_place(name):
    targets = SHARED[name]
    places = targets.values.shape[1:]
    logits = outputs(*places, K)
    found = targets.measures(logits, targets.part(0, N, MEMBERS))
    for member in range(MEMBERS):
        last_to_second = logits[member].movedim(-1, 1)
        losses = F.cross_entropy(last_to_second, targets.values, reduction="none")
        torch.testing.assert_close(found["loss"][member], losses.flatten(1).mean(1))
        right = (last_to_second.argmax(1) == targets.values).double()
        torch.testing.assert_close(found["accuracy"][member], right.flatten(1).mean(1))


def test_soft_targets_are_measured_by_cross_entropy_and_agreement():
    logits, values = outputs(K), SHARED["soft"].values.double()
    targets = SoftTargets(values)
    found = targets.measures(logits, targets.part(0, N, MEMBERS))
    assert set(found) == {"loss", "agreement"}
    for member in range(MEMBERS):
        expected = F.cross_entropy(logits[member], values, reduction="none")
        torch.testing.assert_close(found["loss"][member], expected)
        agreement = logits[member].argmax(1) == values.argmax(1)
        assert torch.equal(found["agreement"][member], agreement)


def test_weighted_classes_count_as_much_as_their_weights():
    logits, labels = outputs(K), SHARED["class numbers"].values
    weights = torch.rand(N, generator=GENERATOR, dtype=torch.float64)
    targets = SoftTargets.weighted(labels, K, weights)
    found = targets.measures(logits, targets.part(0, N, MEMBERS))
    for member in range(MEMBERS):
        expected = weights * F.cross_entropy(logits[member], labels, reduction="none")
        torch.testing.assert_close(found["loss"][member], expected)
        assert torch.equal(found["agreement"][member], logits[member].argmax(1) == labels)


@pytest.mark.parametrize("name", ["real", "real sequences"])
def test_real_vectors_are_measured_by_their_squared_distance(name):
    targets = RealVectors(SHARED[name].values.double())
    predicted = outputs(*targets.values.shape[1:])
    found = targets.measures(predicted, targets.part(0, N, MEMBERS))
    assert set(found) == {"loss"}
    for member in range(MEMBERS):
        expected = F.mse_loss(predicted[member], targets.values, reduction="none")
        torch.testing.assert_close(found["loss"][member], expected.flatten(1).mean(1))
