"""Scenes: what stands where, drawn by seeds."""

import pytest
import torch

from workflow_scripts.studies.focal.scene_settings import LARGEST, SceneSettings
from workflow_scripts.studies.focal.scenes import BLOCK, NOWHERE, Stock, drawn

GIVEN = {
    "dataset": "fashion-mnist",
    "downsample": 2,
    "size": 14,
    "side": 40,
    "target": 4,
    "lookalikes": [2, 6],
    "whole": 2,
    "fragments": 3,
    "with_object": 0.3,
    "texture": 0.3,
    "grain": 8,
    "noise": 0.0,
}
SETTINGS = SceneSettings.model_validate(GIVEN)


def images(seed=0):
    """Objects that are bright at all pixels, each with its own brightness, and dimmer others."""
    shades = 0.8 + 0.2 * torch.rand(30, generator=torch.Generator().manual_seed(seed))
    objects = shades[:, None, None, None].expand(30, 1, 14, 14)
    return Stock(objects.clone(), (objects / 2).clone())


def test_an_object_is_where_its_corner_says_and_nowhere_else():
    scenes = drawn(SETTINGS.model_copy(update={"fragments": 0}), images(), 1, "test", 100)
    bright = scenes.pictures.float() / LARGEST > 0.75
    for scene in range(100):
        row, column = scenes.corners[scene].tolist()
        if row == NOWHERE:
            assert column == NOWHERE
            assert not bright[scene].any()
        else:
            assert bright[scene, 0, row : row + 14, column : column + 14].all()
            assert bright[scene].sum() == 14 * 14


def test_as_many_scenes_have_an_object_as_the_settings_say_and_anywhere():
    scenes = drawn(SETTINGS, images(), 1, "test", 2000)
    there = scenes.corners[:, 0] != NOWHERE
    assert there.float().mean().item() == pytest.approx(0.3, abs=0.03)
    corners = scenes.corners[there]
    assert corners.min() == 0
    assert corners.max() == SETTINGS.places - 1
    assert corners.float().mean().item() == pytest.approx((SETTINGS.places - 1) / 2, abs=1)


def test_fragments_are_halves_of_objects_and_of_others():
    alone = SETTINGS.model_copy(update={"whole": 0, "with_object": 1e-9, "texture": 0.0})
    scenes = drawn(alone.model_copy(update={"fragments": 2}), images(), 1, "test", 50)
    lit = scenes.pictures.float() / LARGEST
    assert ((lit > 0.75).flatten(1).sum(1) == 14 * 7).all()
    assert ((lit > 0).flatten(1).sum(1) <= 2 * 14 * 7).all()


def test_the_same_seed_draws_the_same_and_fewer_are_the_first_of_more():
    many = drawn(SETTINGS, images(), 1, "test", BLOCK + 30)
    few = drawn(SETTINGS, images(), 1, "test", 20)
    assert torch.equal(few.pictures, many.pictures[:20])
    assert torch.equal(few.corners, many.corners[:20])
    for other in (drawn(SETTINGS, images(), 2, "test", 20), drawn(SETTINGS, images(), 1, "b", 20)):
        assert not torch.equal(few.pictures, other.pictures)
    assert len(many) == BLOCK + 30


def test_noise_changes_pixels_by_its_deviation():
    quiet = drawn(SETTINGS, images(), 1, "test", 50)
    noisy = drawn(SETTINGS.model_copy(update={"noise": 0.02}), images(), 1, "test", 50)
    change = (noisy.pictures[:1].float() - quiet.pictures[:1].float()) / LARGEST
    assert change.std().item() == pytest.approx(0.02, rel=0.2)


@pytest.mark.parametrize(
    ("changed", "said"), [({"side": 10}, "side"), ({"lookalikes": [4]}, "lookalikes")]
)
def test_scenes_that_cannot_be_are_refused(changed, said):
    with pytest.raises(ValueError, match=said):
        SceneSettings.model_validate(GIVEN | changed)
