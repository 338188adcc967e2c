"""The pure parts of the study's steps, on small networks, against brute force."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from workflow_scripts.learning.data.examples import Examples
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.learning.ensemble.evaluate import evaluate
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.paths.barrier import barrier
from workflow_scripts.learning.paths.curve import straight
from workflow_scripts.learning.paths.measure import along, between, equidistant
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.connectivity.band import losses_along, relaxed
from workflow_scripts.studies.connectivity.matching import pairs
from workflow_scripts.studies.connectivity.paths import SHAPES, on_curve
from workflow_scripts.studies.connectivity.settings import Band
from workflow_scripts.studies.connectivity.soups import independent, soups

torch.set_num_threads(1)
PAIRS, SEEDS = 3, [0, 1, 2]
NET = Mlp([20, 9, 7, 4])
GENERATOR = torch.Generator().manual_seed(0)


def examples(number):
    inputs = torch.randn(number, 20, generator=GENERATOR)
    labels = (inputs[:, 0] > 0).long() + 2 * (inputs[:, 1] > 0).long()
    return Split(inputs, ClassNumbers(labels))


DATA = Examples(examples(60), examples(50), examples(70), classes=4)
SUBJECT = Subject(NET, DATA, torch.device("cpu"))


def networks(first_seed, number=PAIRS):
    found = NET.initialise(list(range(first_seed, first_seed + number)))
    noise = torch.Generator().manual_seed(first_seed)
    return {n: 2 * t + 0.2 * torch.randn(t.shape, generator=noise) for n, t in found.items()}


FIRST, SECOND = networks(0), networks(10)


def by_brute_force(one, other, position, inputs, labels):
    """Loss and error of one network on the line, in float64, layer by layer."""
    hidden = inputs.double()
    for layer in range(3):
        weight, bias = (
            (1 - position) * one[f"{kind}{layer}"].double()
            + position * other[f"{kind}{layer}"].double()
            for kind in ("weight", "bias")
        )
        hidden = hidden @ weight + bias
        hidden = hidden.relu() if layer < 2 else hidden
    wrong = (hidden.argmax(1) != labels).double().mean()
    return float(F.cross_entropy(hidden, labels)), 100 * float(wrong)


def test_barriers_on_the_line_are_those_of_brute_force():
    positions = equidistant(9)
    splits = {"train": DATA.train.first(40), "test": DATA.test}
    table = along(
        NET, lambda at: between(FIRST, SECOND, at), positions, splits, SUBJECT.examples.calibration
    )
    assert set(table.split) == {"train", "test"}
    for (member, split), line in table.groupby(["member", "split"]):
        inputs, labels = splits[split].inputs, splits[split].targets.values
        one, other = ({n: t[member] for n, t in end.items()} for end in (FIRST, SECOND))
        expected = np.array([by_brute_force(one, other, p, inputs, labels) for p in positions])
        np.testing.assert_allclose(line.loss, expected[:, 0], rtol=1e-5)
        np.testing.assert_allclose(line.error, expected[:, 1], atol=1e-9)
        assert barrier(line.position, line.loss) == pytest.approx(
            barrier(positions, expected[:, 0]), rel=1e-4
        )


def test_the_training_part_of_a_measurement_is_the_first_examples():
    first = DATA.train.first(40)
    assert torch.equal(first.inputs, DATA.train.inputs[:40])
    assert torch.equal(first.targets.values, DATA.train.targets.values[:40])
    assert len(DATA.train.first(100)) == 60


@pytest.mark.parametrize("kind", SHAPES)
def test_every_trained_path_is_measured_from_end_to_end(kind):
    bends = straight(FIRST, SECOND, 2)
    at = on_curve(SHAPES[kind], FIRST, SECOND, bends)
    for position, end in ((0.0, FIRST), (1.0, SECOND)):
        assert all(torch.equal(at(position)[name], end[name]) for name in end)
    for name, tensor in at(0.37).items():
        torch.testing.assert_close(tensor, between(FIRST, SECOND, 0.37)[name])


def test_a_permuted_copy_is_the_same_function_and_matching_undoes_it_exactly():
    made = pairs(SUBJECT, FIRST, SECOND, SEEDS)
    assert all(one is FIRST for one, _ in made.values())
    copied = made["copy", "as trained"][1]
    inputs = DATA.test.inputs
    torch.testing.assert_close(
        NET.logits(copied, inputs), NET.logits(FIRST, inputs), rtol=1e-5, atol=1e-5
    )
    assert any(not torch.equal(copied[name], FIRST[name]) for name in FIRST)
    restored = made["copy", "matched"][1]
    assert all(torch.equal(restored[name], FIRST[name]) for name in FIRST)
    matched = made["independent", "matched"][1]
    torch.testing.assert_close(
        NET.logits(matched, inputs), NET.logits(SECOND, inputs), rtol=1e-5, atol=1e-5
    )

    def apart(other):
        return sum(((FIRST[n] - other[n]) ** 2).flatten(1).sum(1) for n in FIRST)

    assert (apart(matched) < apart(SECOND)).all()


def test_a_copys_order_depends_on_its_seed_alone():
    whole = pairs(SUBJECT, FIRST, SECOND, SEEDS)
    ends = ({n: t[1:2] for n, t in end.items()} for end in (FIRST, SECOND))
    alone = pairs(SUBJECT, *ends, SEEDS[1:2])
    for key, (_, other) in alone.items():
        assert all(torch.equal(other[n], whole[key][1][n][1:2]) for n in other)


def test_losses_at_knots_and_middles_are_those_of_the_networks_there():
    pivots = {n: t + 0.1 for n, t in straight(FIRST, SECOND, 2).items()}
    knots, middles = losses_along(SUBJECT, FIRST, pivots, SECOND, 40)
    path = [FIRST, *({n: t[:, p] for n, t in pivots.items()} for p in range(2)), SECOND]
    seen = DATA.train.first(40)
    for at, each in enumerate(path):
        expected = evaluate(NET, each, seen)["loss"]
        torch.testing.assert_close(knots[:, at], expected, rtol=1e-5, atol=1e-6)
    for at in range(3):
        middle = {n: (path[at][n] + path[at + 1][n]) / 2 for n in FIRST}
        expected = evaluate(NET, middle, seen)["loss"]
        torch.testing.assert_close(middles[:, at], expected, rtol=1e-5, atol=1e-6)


def band(tmp_path, steps=15):
    training = {
        "optimiser": {"kind": "sgd"},
        "learning_rate": 0.05,
        "batch_size": 20,
        "steps": steps,
    }
    settings = Band.model_validate(
        {"pivots": 2, "insertions": [1, 2], "spring": 0.5, "training": training}
    )
    states = [ResumeState(tmp_path / f"{cycle}.safetensors", "key") for cycle in range(3)]
    for state in states:
        state.keeps_end = True
    return relaxed(SUBJECT, FIRST, SECOND, settings, SEEDS, 60, states)


def test_a_band_grows_cycle_by_cycle_and_its_highest_place_sinks(tmp_path):
    pivots = band(tmp_path, steps=80)
    assert {tensor.shape[:2] for tensor in pivots.values()} == {(PAIRS, 5)}

    def highest(points):
        """Between the ends, which do not move and were not trained."""
        knots, _ = losses_along(SUBJECT, FIRST, points, SECOND, 60)
        return knots[:, 1:-1].max(1).values

    assert (highest(pivots) < highest(straight(FIRST, SECOND, 5))).all()


def test_a_band_that_was_killed_between_cycles_ends_with_the_same_bits(tmp_path):
    through = band(tmp_path)
    (tmp_path / "2.safetensors").unlink()  # as if the last cycle had not begun
    again = band(tmp_path)
    assert all(torch.equal(again[name], through[name]) for name in through)


def test_soups_are_chosen_on_the_validation_set_and_judged_on_the_test_set():
    count = 4
    ancestors = FIRST
    noise = torch.Generator().manual_seed(1)
    copies = {n: t.repeat_interleave(count, 0) for n, t in ancestors.items()}
    copies = {n: t + 0.3 * torch.randn(t.shape, generator=noise) for n, t in copies.items()}
    table = soups(SUBJECT, ancestors, copies, SEEDS).set_index(["soup", "seed"])
    validated = evaluate(NET, copies, DATA.validation)["accuracy"]
    tested = 100 * evaluate(NET, copies, DATA.test)["accuracy"].view(PAIRS, count)
    best = validated.view(PAIRS, count).argmax(1)
    for member, seed in enumerate(SEEDS):
        assert table.accuracy["best copy", seed] == float(tested[member, best[member]])
        mean = {
            n: t[member * count : (member + 1) * count].double().mean(0, keepdim=True).float()
            for n, t in copies.items()
        }
        expected = 100 * evaluate(NET, mean, DATA.test)["accuracy"]
        assert table.accuracy["uniform", seed] == pytest.approx(float(expected))
        assert 1 <= table.number["greedy", seed] <= count
    assert table.number["uniform"].tolist() == [count] * PAIRS
    assert {soup for soup, _ in table.index if soup.startswith("copy ")} == {
        f"copy {copy}" for copy in range(count)
    }


def test_independent_networks_are_averaged_in_pairs_and_all_together():
    table = independent(SUBJECT, FIRST, SECOND, SEEDS).set_index(["soup", "seed"])
    half = evaluate(NET, between(FIRST, SECOND, 0.5), DATA.test)["accuracy"]
    assert table.accuracy["independent average"].tolist() == (100 * half).tolist()
    ends = [evaluate(NET, e, DATA.test)["accuracy"] for e in (FIRST, SECOND)]
    better = 100 * torch.maximum(*ends)
    assert table.accuracy["better of the independent"].tolist() == better.tolist()
    assert table.number["all independent"].tolist() == [2 * PAIRS]


def test_groups_of_networks_come_back_from_a_checkpoint(tmp_path):
    path = tmp_path / "points.safetensors"
    Stored.grouped({"last": FIRST, "moving average": SECOND}).save(path)
    found = {name: each.parameters() for name, each in Stored.load(path).groups().items()}
    assert set(found) == {"last", "moving average"}
    assert all(torch.equal(found["last"][name], FIRST[name]) for name in FIRST)
    assert all(torch.equal(found["moving average"][name], SECOND[name]) for name in SECOND)
