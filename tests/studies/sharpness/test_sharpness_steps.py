"""The sharpness study's steps on small networks: training, measuring, pictures and figures."""

import numpy as np
import pandas as pd
import pytest
import torch

from tests.studies.sharpness.sharpness_example import settings, tables
from workflow_scripts.evidence.figures.style import save
from workflow_scripts.learning.curvature.lanczos import top_eigenvalues
from workflow_scripts.learning.curvature.objective import Objective
from workflow_scripts.learning.curvature.rescaling import rescaled
from workflow_scripts.learning.curvature.sharpness import noise_increase
from workflow_scripts.learning.curvature.slices import random_direction
from workflow_scripts.learning.data.examples import Examples
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.learning.ensemble.evaluate import evaluate
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.sharpness import quantities
from workflow_scripts.studies.sharpness.figures import FIGURES
from workflow_scripts.studies.sharpness.measure import (
    CURVATURE,
    curvature,
    layer_sizes,
    minima,
    predicted_increase,
)
from workflow_scripts.studies.sharpness.pictures import pictures
from workflow_scripts.studies.sharpness.rescale import Estimators, rescalings
from workflow_scripts.studies.sharpness.settings import Arm, Measures, Slices
from workflow_scripts.studies.sharpness.tasks import PARAMETERS, chosen, members, training_loss
from workflow_scripts.studies.sharpness.train import trained

torch.set_num_threads(1)
GENERATOR = torch.Generator().manual_seed(0)
INPUTS = torch.randn(80, 6, generator=GENERATOR)
LABELS = torch.arange(80) % 3
SEEDS = [0, 1]
# Each seed has its own examples, in another order.
ROWS = torch.stack([torch.arange(0, 60), torch.arange(79, 19, -1)])
TRAIN = Split(INPUTS, ClassNumbers(LABELS), ROWS)
TEST = Split(INPUTS[:30] + 0.3, ClassNumbers(LABELS[:30]))
DATA = Examples(TRAIN, TRAIN.first(0), TEST, 3, SEEDS)
SUBJECT = Subject(Mlp([6, 8, 3]), DATA, torch.device("cpu"))
MEASURES = Measures(
    examples=80,
    tolerance=1e-6,
    trace_vectors=9,
    epsilon=1e-3,
    radius=0.05,
    adaptive_radius=0.5,
    ascent_steps=3,
    noise=0.2,
    draws=2,
)
TRAINING = {"optimiser": {"kind": "sgd"}, "learning_rate": 0.3, "batch_size": 16, "steps": 60}
SAM = TRAINING | {"gradient": {"kind": "sharpness-aware"}}


def arm(**changed):
    made = {"task": "t", "training": TRAINING, "rates": [0.3], "target": 1.05, "every": 5}
    return Arm.model_validate(made | changed)


def networks(**changed):
    return trained(arm(**changed), SEEDS, SUBJECT)


def stored(end, there):
    kept = Stored.grouped({PARAMETERS: there.kept}, steps=there.steps)
    return kept, Stored.grouped({PARAMETERS: end})


def test_members_are_rates_by_radii_by_copies_by_seeds():
    found = members(arm(training=SAM, rates=[0.1, 0.2], radii=[0, 0.5], copies=2), SEEDS)
    assert [tuple(each.facts.values()) for each in found] == [
        (rate, radius, copy, seed)
        for rate in (0.1, 0.2)
        for radius in (0.0, 0.5)
        for copy in (0, 1)
        for seed in SEEDS
    ]


def test_copies_are_other_networks_on_the_examples_of_their_seed():
    _, _, (alone, _) = networks()
    _, _, (both, _) = networks(copies=2)
    first = torch.stack(both.measured["loss"])
    assert torch.equal(first[:, :2], torch.stack(alone.measured["loss"]))
    assert not torch.isclose(first[0, :2], first[0, 2:]).any()


@pytest.mark.parametrize("changed", [{"radii": [0.1]}, {"training": SAM}])
def test_radii_and_sharpness_aware_training_go_together(changed):
    with pytest.raises(ValueError, match="go together"):
        arm(**changed)


def test_a_radius_of_zero_beside_others_has_the_bits_of_plain_training():
    plain, _, _ = networks()
    beside, there, curves = networks(training=SAM, radii=[0, 0.3])
    for name in plain:
        assert torch.equal(beside[name][:2], plain[name])
        assert not torch.equal(beside[name][2:], plain[name])
    assert {curve.split for curve in curves} == {"train", "test"}
    assert there.steps.shape == (4,)


def test_seeds_are_paired_over_arms():
    _, _, (curve, _) = networks()
    _, _, (other, _) = networks(training=TRAINING | {"batch_size": 40})
    assert torch.equal(curve.measured["loss"][0], other.measured["loss"][0])
    assert not torch.equal(curve.measured["loss"][-1], other.measured["loss"][-1])


def test_networks_are_read_as_they_were_written(tmp_path):
    end, there, _ = networks()
    path = tmp_path / "n.safetensors"
    Stored.grouped({PARAMETERS: end}, steps=there.steps).save(path)
    read = Stored.load(path)
    parameters = read.group(PARAMETERS).parameters()
    assert all(torch.equal(parameters[name], end[name]) for name in end)
    assert torch.equal(read.tensor("steps"), there.steps)


def measurements(made):
    """The table of an arm, and the networks at its end."""
    end, there, _ = trained(made, SEEDS, SUBJECT)
    frame = pd.DataFrame([dict(member.facts) for member in members(made, SEEDS)])
    frame = frame.assign(arm="a", batch_size=made.training.batch_size)
    return minima(SUBJECT, made, frame, stored(end, there), MEASURES, PartialResults()), end


def test_a_network_that_was_never_there_is_counted_and_not_measured():
    table, end = measurements(arm(rates=[0.3, 1e-5]))
    assert len(table) == 8
    target = table[table.place == "target"].set_index("rate")
    assert target.reached.loc[0.3].all()
    assert not target.reached.loc[1e-5].any()
    assert (target.train_loss.loc[0.3] <= 1.05).all()
    assert target.loc[1e-5, [*CURVATURE, "test_error"]].isna().all(axis=None)
    ends = table[table.place == "end"]
    assert ends[CURVATURE].isna().all(axis=None)
    accuracy = evaluate(SUBJECT.network, end, DATA.test)["accuracy"]
    np.testing.assert_allclose(ends.test_error, 100 * (1 - accuracy))


def test_without_a_common_loss_only_the_end_is_evaluated():
    table, _ = measurements(arm(target=None))
    assert table.place.tolist() == ["end", "end"]
    assert not set(CURVATURE) & set(table.columns)


def test_losses_are_those_of_the_examples_of_each_seed():
    table, end = measurements(arm(rates=[0.1, 0.3], copies=2))
    ends = table[table.place == "end"]
    for row, (member, loss) in enumerate(zip(ends.itertuples(), ends.train_loss, strict=True)):
        own = ROWS[SEEDS.index(member.seed)]
        split = Split(INPUTS[own], ClassNumbers(LABELS[own]))
        one = {name: tensor[row : row + 1] for name, tensor in end.items()}
        expected = evaluate(SUBJECT.network, one, split)["loss"].item()
        assert loss == pytest.approx(expected, rel=1e-6)


def test_the_size_of_groups_changes_nothing():
    made = arm(copies=2)
    end, there, _ = trained(made, SEEDS, SUBJECT)
    frame = pd.DataFrame([dict(member.facts) for member in members(made, SEEDS)])
    one, all_at_once = (
        minima(SUBJECT, made, frame.assign(arm="a"), stored(end, there), measures, PartialResults())
        for measures in (MEASURES.model_copy(update={"group": 1}), MEASURES)
    )
    pd.testing.assert_frame_equal(one, all_at_once)


def test_curvature_is_of_the_training_loss_and_the_same_in_any_company():
    end, _, _ = networks()
    objective = Objective(SUBJECT.network, DATA.train)
    table = curvature(objective, end, SEEDS, MEASURES)
    values = top_eigenvalues(objective.hessian(end), [7, 8], 1e-6).values
    np.testing.assert_allclose(table.top, values, rtol=1e-3)
    assert (table[["box", "sam", "adaptive"]] > 0).all(axis=None)
    lone = Objective(SUBJECT.network, DATA.of([1]).train)
    alone = curvature(lone, {n: p[1:] for n, p in end.items()}, [1], MEASURES)
    pd.testing.assert_frame_equal(alone, table[1:].reset_index(drop=True))


def test_every_measure_of_curvature_is_declared_with_its_unit():
    declared = (*quantities.CURVATURE, quantities.PREDICTED)
    assert [quantity.column for quantity in declared] == CURVATURE


def test_the_predicted_increase_is_that_of_the_second_order():
    end, _, _ = networks()
    objective = Objective(SUBJECT.network, DATA.train)
    # So small that no unit switches on or off.
    streams, tiny = [stream_seed(seed, "curvature") for seed in SEEDS], 1e-5
    double = {name: tensor.double() for name, tensor in end.items()}
    exact = training_loss(SUBJECT, 80, torch.float64)
    scale = layer_sizes(exact, double)
    predicted = predicted_increase(exact.hessian(double), tiny, streams, 2, scale)
    increase = noise_increase(exact, double, tiny, streams, 2, scale)
    np.testing.assert_allclose(predicted, increase, rtol=1e-3)
    table = curvature(objective, end, SEEDS, MEASURES)
    assert (table.predicted > 0).all()


def test_noise_is_relative_to_each_layer():
    objective = training_loss(SUBJECT, 80)
    weights = {"weight0": torch.full((1, 6, 8), 2.0), "bias0": torch.zeros(1, 8)}
    weights |= {"weight1": torch.full((1, 8, 3), -3.0), "bias1": torch.ones(1, 3)}
    assert layer_sizes(objective, weights)[0].unique(sorted=True).tolist() == [0, 1, 2, 3]


def test_chosen_are_first_rate_compared_radius_and_first_copy():
    made = arm(training=SAM, rates=[0.1, 0.2], radii=[0, 0.1, 0.5], copies=2)
    rows = members(made, SEEDS)

    def of(made, steps):
        count = torch.arange(len(steps)).unsqueeze(1)
        kept = Stored.grouped({PARAMETERS: {"w": count}}, steps=steps)
        found, seeds = chosen(made, 0.1, SEEDS, kept, torch.device("cpu"))
        return found["w"].flatten().tolist(), seeds

    steps = torch.ones(len(rows), dtype=torch.int64)
    assert of(made, steps) == ([4, 5], SEEDS)
    steps[4] = -1
    assert of(made, steps) == ([5], [1])
    assert of(arm(), torch.tensor([5, -1])) == ([0], [0])


def test_pictures_are_losses_at_those_places():
    end, _, _ = networks()
    slices = Slices(arms=("a", "b"), extent=1.0, points=3, plane_points=3)
    drawn = pictures(SUBJECT, end, SEEDS, slices).tables
    line, plane = drawn["line"], drawn["plane"]
    loss = evaluate(SUBJECT.network, end, DATA.train)["loss"]
    middle = line[line.alpha == 0].set_index("seed").loss
    np.testing.assert_allclose(middle, loss)
    assert plane[(plane.a == 0) & (plane.b == 0)].loss.item() == pytest.approx(loss[0].item())
    streams = [stream_seed(seed, "slices") for seed in SEEDS]
    along = random_direction(SUBJECT.network, end, streams)
    there = {name: end[name] + along[name] for name in end}
    loss = evaluate(SUBJECT.network, there, DATA.train)["loss"]
    np.testing.assert_allclose(line[line.alpha == 1].set_index("seed").loss, loss, rtol=1e-6)
    across = plane[(plane.a == 1) & (plane.b == 0)].loss.item()
    assert across == pytest.approx(loss[0].item(), rel=1e-6)
    assert plane.seed.unique().tolist() == [0]


def test_rescaled_networks_are_measured_as_they_are():
    end, _, _ = networks()
    measures = Estimators(**{name: getattr(MEASURES, name) for name in Estimators.names()})
    table = rescalings(SUBJECT, end, SEEDS, (1.0, 0.01), measures, PartialResults())
    first, other = (table[table.factor == f].set_index("seed") for f in (1.0, 0.01))
    assert (first.difference == 0).all()
    assert (other.difference < 1e-10).all()
    np.testing.assert_allclose(other.adaptive, first.adaptive)
    start = {name: tensor.double() for name, tensor in end.items()}
    hessian = training_loss(SUBJECT, 80, torch.float64).hessian(
        rescaled(SUBJECT.network, start, 0.01)
    )
    np.testing.assert_allclose(other.top, top_eigenvalues(hessian, SEEDS, 1e-9).values, rtol=1e-5)
    assert (other.top > 10 * first.top).all()


@pytest.mark.thorough
def test_figures_do_without_networks_that_were_left_out(tmp_path):
    made = tables(lost=[("large", 100), ("sam", 103), "warm-up 0.01 0"])
    for name, draw in FIGURES.items():
        save(draw(made, {"sharpness.compared": 0.2}), tmp_path / f"{name}.svg")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"arms": {"small": {"task": "sounds"}}}, "sounds"),
        ({"arms": {"small": {"every": 10**6}}}, "every must not exceed"),
        ({"arms": {"small": {"rates": [-0.1]}}}, "positive"),
        ({"slices": {"arms": ["small", "none"]}}, "not an arm with a target"),
        ({"rescaling": {"arm": "signals-small"}}, "not an arm with a target"),
    ],
)
def test_settings_that_do_not_fit_together(changed, message):
    with pytest.raises(Exception, match=message):
        settings(**changed)
