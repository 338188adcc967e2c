"""What is drawn and what is to be answered, task by task, and settings that are refused."""

import math

import pytest
import torch
from pydantic import ValidationError

from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.studies.recurrence.files import RecurrenceFiles
from workflow_scripts.studies.recurrence.fits import demands, faults
from workflow_scripts.studies.recurrence.settings import Recurrence
from workflow_scripts.studies.recurrence.tasks.adding_settings import AddingSettings
from workflow_scripts.studies.recurrence.tasks.copying_settings import CopyingSettings
from workflow_scripts.studies.recurrence.tasks.pixels_settings import PixelsSettings
from workflow_scripts.studies.recurrence.tasks.recall_settings import RecallSettings

SEEDS = [9000, 9001]


def recall(**more):
    given = {"kind": "recall", "length": 20, "symbols": 4, "lags": (7, 7)}
    return RecallSettings.model_validate(given | more)


def test_the_answer_is_the_marked_symbol_at_its_lag(tmp_path):
    shown, asked = recall().drawn(SEEDS, 50, 30, tmp_path)
    assert shown.inputs.shape == (100, 20)
    for part in (shown, asked):
        marked = part.inputs >= 4
        assert torch.equal(marked.nonzero()[:, 1], torch.full((len(part.inputs),), 12))
        assert torch.equal(part.inputs[marked].long() - 4, part.targets.values)


def test_mixed_lags_are_drawn_and_the_far_one_is_asked(tmp_path):
    shown, asked = recall(lags=(2, 18), asked=17).drawn(SEEDS, 200, 30, tmp_path)
    lags = 19 - (shown.inputs >= 4).nonzero()[:, 1]
    assert (int(lags.min()), int(lags.max())) == (2, 18)
    assert set((19 - (asked.inputs >= 4).nonzero()[:, 1]).tolist()) == {17}


def test_without_a_mark_only_the_place_tells(tmp_path):
    shown, _ = recall(marked=False).drawn(SEEDS, 50, 30, tmp_path)
    assert int(shown.inputs.max()) < 4
    assert torch.equal(shown.inputs[:, 12].long(), shown.targets.values)


def test_a_seed_draws_its_own_sequences_whatever_others_there_are(tmp_path):
    both, asked = recall().drawn(SEEDS, 50, 30, tmp_path)
    alone, same = recall().drawn(SEEDS[1:], 50, 30, tmp_path)
    assert torch.equal(both.alone(1).inputs, alone.alone(0).inputs)
    assert not torch.equal(both.alone(0).inputs, both.alone(1).inputs)
    assert torch.equal(asked.inputs, same.inputs)


def test_sums_are_those_of_the_marked_numbers(tmp_path):
    shown, asked = AddingSettings(kind="adding", length=10).drawn(SEEDS, 40, 2000, tmp_path)
    numbers, marks = shown.inputs.unbind(2)
    assert torch.equal(marks[:, :5].sum(1), torch.ones(80))
    assert torch.equal(marks[:, 5:].sum(1), torch.ones(80))
    torch.testing.assert_close((numbers * marks).sum(1, keepdim=True), shown.targets.values)
    guess = float((asked.targets.values - 1).square().mean())
    assert guess == pytest.approx(1 / 6, abs=4 * math.sqrt(7 / 180 / 2000))


def test_ten_symbols_are_copied_after_the_pause(tmp_path):
    task = CopyingSettings(kind="copying", pause=6)
    shown, _ = task.drawn(SEEDS, 10, 5, tmp_path)
    assert shown.inputs.shape == (20, 26)
    assert torch.equal(shown.inputs[:, :10].long(), shown.targets.values[:, -10:])
    assert (shown.inputs[:, 10:15] == 0).all()
    assert (shown.inputs[:, 15:] == 9).all()
    assert (shown.targets.values[:, :-10] == 0).all()
    assert task.chance == pytest.approx((16 + 10 / 8) / 26)


def test_an_image_has_a_place_for_each_pixel():
    task = PixelsSettings(kind="pixels", dataset="mnist-1d", downsample=7)
    assert (task.shape.example, task.shape.outputs) == ((16, 1), 10)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"lags": (7, 20)}, "lags must ascend from 0 to at most 19"),
        ({"lags": (7, 3)}, "lags must ascend"),
        ({"asked": 20}, "asked must be a lag from 0 to 19"),
        ({"lags": (2, 7), "marked": False}, "marked must be true where lags vary"),
    ],
)
def test_lags_that_do_not_fit_are_refused(more, message):
    with pytest.raises(ValidationError, match=message):
        recall(**more)


@pytest.fixture
def values(request):
    settings = load_configuration(request.config.rootpath / "config", {"scale": "smoke"})
    return settings.by_study()["recurrence"].model_dump(mode="json")


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("lstm", "none", "lstm names the condition 'none'"),
        ("within", ["gru"], "within must name conditions with a window, not 'gru'"),
        ("whole", ["window-45"], "whole must name conditions without a window"),
        ("linear", "tanh", "linear must name a linear network"),
        ("decaying", ["other"], "decaying names 'other'"),
        ("rival", "attention-10", "gradients.trained must name the condition of rival"),
        ("unplaced", "attention-150", "unplaced may differ from placed only in its network"),
    ],
)
def test_conditions_that_cannot_be_compared_are_refused(values, key, value, message):
    with pytest.raises(ValidationError, match=message):
        Recurrence.model_validate(values | {key: value})


def test_more_sequences_than_there_are_images_or_fewer_than_a_batch_are_named(values):
    pixels = {"kind": "pixels", "dataset": "fashion-mnist"}
    conditions = values["conditions"]
    conditions["pixels"] = conditions["lstm"] | {"task": pixels, "sequences": 70_000}
    conditions["gru"]["sequences"] = 7
    settings = Recurrence.model_validate(values)
    assert list(faults(settings)) == [
        "conditions.gru.training.batch_size asks for 8 examples a step, but there are 7: null is"
        " for all"
    ]
    (demand,) = demands(settings)
    assert (demand.key, demand.examples) == ("conditions.pixels.sequences", 70_000)


def test_more_seeds_are_more_files(values):
    few = RecurrenceFiles(Recurrence.model_validate(values), "N", "D")
    settings = values | {"seeds": [*values["seeds"], "102-104"]}
    more = RecurrenceFiles(Recurrence.model_validate(settings), "N", "D")
    old, new = set(few.checkpoints()), set(more.checkpoints())
    assert old < new
    assert len(new) == 2 * len(old) == 2 * len(values["conditions"])
    assert all("/seeds-102-104/" in path for path in new - old)
