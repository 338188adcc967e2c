"""The pure parts of the study's steps, on small networks, against brute force."""

import itertools

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from workflow_scripts.learning.data.examples import Examples
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.learning.ensemble.evaluate import evaluate
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.paths.barrier import barrier
from workflow_scripts.learning.paths.curve import straight
from workflow_scripts.learning.paths.measure import along, between, equidistant
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.connectivity.band import losses_along, relaxed
from workflow_scripts.studies.connectivity.matching import reordered, width
from workflow_scripts.studies.connectivity.pairs import load, stored
from workflow_scripts.studies.connectivity.parted import Shared
from workflow_scripts.studies.connectivity.paths import SHAPES, on_curve
from workflow_scripts.studies.connectivity.settings import Band
from workflow_scripts.studies.connectivity.soups import soups, unrelated
from workflow_scripts.studies.connectivity.task import noised

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


def test_reordered_networks_are_the_same_functions():
    made = reordered(SUBJECT, FIRST, SECOND, SEEDS, 2)
    assert made["unmatched"][0] is SECOND
    assert [len(each) for each in made.values()] == [2, 2, 1]
    inputs = DATA.test.inputs
    for other in [*made["matched"], *made["unmatched"], *made["random"]]:
        torch.testing.assert_close(
            NET.logits(other, inputs), NET.logits(SECOND, inputs), rtol=1e-5, atol=1e-5
        )
    for one, another in itertools.combinations(made["unmatched"] + made["random"], 2):
        assert any(not torch.equal(one[name], another[name]) for name in one)


def test_matching_brings_the_second_network_nearer_and_undoes_another_order():
    def apart(other):
        return sum(((FIRST[n] - other[n]) ** 2).flatten(1).sum(1) for n in FIRST)

    (matched,) = reordered(SUBJECT, FIRST, SECOND, SEEDS, 1)["matched"]
    assert (apart(matched) < apart(SECOND)).all()
    (shuffled,) = reordered(SUBJECT, FIRST, FIRST, SEEDS, 1)["random"]
    (restored,) = reordered(SUBJECT, FIRST, shuffled, SEEDS, 1)["matched"]
    assert any(not torch.equal(shuffled[name], FIRST[name]) for name in FIRST)
    assert all(torch.equal(restored[name], FIRST[name]) for name in FIRST)


def test_the_width_is_that_of_hidden_layers_though_there_be_more_outputs():
    assert width(NET) == 9
    assert width(Mlp([5, 3, 3, 10])) == 3


def test_random_orders_depend_on_the_seed_alone():
    whole = reordered(SUBJECT, FIRST, SECOND, SEEDS, 2)["random"]
    ends = ({n: t[1:2] for n, t in end.items()} for end in (FIRST, SECOND))
    alone = reordered(SUBJECT, *ends, SEEDS[1:2], 2)["random"]
    for one, all_of_them in zip(alone, whole, strict=True):
        assert all(torch.equal(one[n], all_of_them[n][1:2]) for n in one)


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
        mean_of_all = float(tested[member].mean())
        assert table.accuracy["mean of the copies", seed] == pytest.approx(mean_of_all)
    assert table.number["uniform"].tolist() == [count] * PAIRS
    assert {soup for soup, _ in table.index if soup.startswith("copy ")} == {
        f"copy {copy}" for copy in range(count)
    }


def test_unrelated_networks_are_averaged_and_compared_with_their_mean():
    count = 2
    noise = torch.Generator().manual_seed(2)
    copies = {n: t.repeat_interleave(count, 0) for n, t in FIRST.items()}
    copies = {n: t + 0.1 * torch.randn(t.shape, generator=noise) for n, t in copies.items()}
    first = {n: t[0::count] for n, t in copies.items()}
    table = unrelated(SUBJECT, copies, SECOND, SEEDS).set_index(["soup", "seed"])
    half = evaluate(NET, between(first, SECOND, 0.5), DATA.test)["accuracy"]
    assert table.accuracy["unrelated average"].tolist() == (100 * half).tolist()
    ends = torch.stack([evaluate(NET, each, DATA.test)["accuracy"] for each in (first, SECOND)])
    expected = (100 * ends.mean(0)).tolist()
    assert table.accuracy["mean of the unrelated"].tolist() == pytest.approx(expected)


def drawn(seeds):
    """Examples of which every seed has its own, from one pool."""
    pool = examples(30)
    rows = torch.stack([torch.arange(5) + seed for seed in SEEDS])[seeds]
    own = Split(pool.inputs, pool.targets, rows)
    return Examples(own, own.first(3), examples(7), classes=4, seeds=seeds)


def seen(split, member):
    """Inputs and labels of one member."""
    alone = split.alone(member)
    return alone.inputs, alone.targets.values


def test_a_new_task_has_the_same_labels_and_images_under_noise():
    old = drawn(SEEDS)
    new = noised(old, 0.5, 4)
    assert [len(split) for split in (new.train, new.validation, new.test)] == [4, 3, 7]
    for member in range(PAIRS):
        for before, after in ((old.train.first(4), new.train), (old.validation, new.validation)):
            (inputs, labels), (noisy, same) = seen(before, member), seen(after, member)
            assert torch.equal(labels, same)
            assert (noisy - inputs).std() == pytest.approx(0.5, rel=0.25)
    assert torch.equal(new.test.targets.values, old.test.targets.values)
    assert (new.test.inputs - old.test.inputs).std() == pytest.approx(0.5, rel=0.25)
    assert torch.equal(noised(old, 0.5, 4).test.inputs, new.test.inputs)


def test_noise_depends_on_the_seed_alone_and_differs_between_splits():
    pool = drawn(SEEDS)
    whole = noised(pool, 1.0, 5)
    alone = noised(pool.of([2]), 1.0, 5)
    assert torch.equal(seen(alone.train, 0)[0], seen(whole.train, 2)[0])
    repeated = whole.of([2, 0, 2])
    assert torch.equal(seen(repeated.validation, 2)[0], seen(whole.validation, 2)[0])
    assert not torch.equal(seen(whole.train, 0)[0][:3], seen(whole.validation, 0)[0])
    with pytest.raises(ValueError, match="examples of its own"):
        noised(DATA, 1.0, 5)


def test_a_shared_training_ends_after_its_last_snapshot():
    shared = Shared({0, 2})
    for step, finished in ((0, False), (1, False), (2, True)):
        shared(step, FIRST)
        assert shared.finished is finished
    assert set(shared.kept) == {0, 2}


def test_both_sides_of_pairs_come_back_from_a_checkpoint(tmp_path):
    stored(FIRST, SECOND).save(tmp_path / "ends.safetensors")
    first, second = load(tmp_path / "ends.safetensors", torch.device("cpu"))
    assert all(torch.equal(first[name], FIRST[name]) for name in FIRST)
    assert all(torch.equal(second[name], SECOND[name]) for name in SECOND)
