"""Random crops and flips: image by image, of each member's own stream."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.learning.ensemble.augmentations.crops import Crops
from workflow_scripts.learning.ensemble.augmentations.flips import Flips
from workflow_scripts.learning.ensemble.batches import Batches
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.convolutional import Convolutional
from workflow_scripts.learning.networks.network import member_slice

SEEDS = [3, 4, 5]
LABELS = torch.arange(20) % 4


def images(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(1))


def split(*shape: int) -> Split:
    return Split(images(20, *shape), ClassNumbers(LABELS))


@settings(deadline=None, max_examples=25)
@given(
    padding=st.integers(1, 3),
    size=st.tuples(st.integers(3, 6), st.integers(3, 6)),
    channels=st.sampled_from([None, 1, 3]),
    seed=st.integers(0, 99),
)
def test_crops_are_windows_of_the_padded_image(
    padding: int, size: tuple[int, int], channels: int | None, seed: int
) -> None:
    """Pixel by pixel: what lies outside of the image is zero."""
    (height, width), middle = size, () if channels is None else (channels,)
    given_, crops = images(2, 4, *middle, height, width), Crops(padding)
    drawn = crops.draw(torch.Generator().manual_seed(seed), 8).view(2, 4, 2)
    assert (drawn.min(), drawn.max()) >= (0, 0)
    assert drawn.max() <= 2 * padding
    result = crops.applied(given_, drawn)
    for member in range(2):
        for image in range(4):
            top, left = (int(each) - padding for each in drawn[member, image])
            for row in range(height):
                for column in range(width):
                    there = 0 <= row + top < height and 0 <= column + left < width
                    pixel = given_[member, image, ..., row + top, column + left] if there else 0.0
                    assert (result[member, image, ..., row, column] == pixel).all()


@pytest.mark.parametrize("shape", [(5, 4), (3, 5, 4)])
def test_flips_exchange_left_and_right_of_those_drawn(shape: tuple[int, ...]) -> None:
    given_, drawn = images(2, 3, *shape), torch.tensor([[[0], [1], [1]], [[1], [0], [0]]])
    result = Flips().applied(given_, drawn)
    for member in range(2):
        for image in range(3):
            expected = given_[member, image]
            expected = expected.flip(-1) if drawn[member, image] else expected
            assert torch.equal(result[member, image], expected)


def test_every_place_and_side_is_drawn_about_equally_often() -> None:
    stream = torch.Generator().manual_seed(0)
    places = Crops(2).draw(stream, 10_000)
    for axis in range(2):
        counts = torch.bincount(places[:, axis], minlength=5)
        assert len(counts) == 5
        assert (counts - 2000).abs().max() < 5 * (10_000 * 0.2 * 0.8) ** 0.5
    assert abs(int(Flips().draw(stream, 10_000).sum()) - 5000) < 5 * 50


@pytest.mark.parametrize("size", [6, None])
def test_batches_of_a_member_do_not_depend_on_others_and_differ_by_epoch(size: int | None) -> None:
    augmentations = [Crops(2), Flips()]
    together = Batches(split(6, 6), SEEDS, size, augmentations)
    plain = Batches(split(6, 6), SEEDS, size)
    steps = [0, 1, 2, 3, 4, 7]
    for place, seed in enumerate(SEEDS):
        alone = Batches(split(6, 6), [seed], size, augmentations)
        for step in reversed(steps):  # in any order, as when training resumes
            inputs, labels = together.batch(step)
            own, own_labels = alone.batch(step)
            assert torch.equal(inputs[place], own[0])
            assert torch.equal(labels[place], own_labels[0])
            assert torch.equal(labels, plain.batch(step)[1])
            assert not torch.equal(inputs, plain.batch(step)[0])
    epochs = (0, 1) if size is None else (0, 3)  # three batches of six in twenty images
    first, second = (together.batch(step)[0] for step in epochs)
    assert not torch.equal(first, second)


def test_inputs_that_are_no_images_are_refused() -> None:
    with pytest.raises(ValueError, match=r"inputs of shape \[36\] are no images"):
        Batches(split(36), SEEDS, 6, [Flips()]).batch(0)


def test_a_training_uses_them_and_its_members_keep_their_bits() -> None:
    network = Convolutional([1, 8, 8], [4], 4)
    recipe = {
        "optimiser": {"kind": "sgd"},
        "learning_rate": 0.1,
        "batch_size": 5,
        "steps": 6,
    }
    augmented = Training(
        **recipe, augmentations=[{"kind": "crops", "padding": 1}, {"kind": "flips"}]
    )

    def trained(training: Training, seeds: list[int]) -> dict[str, torch.Tensor]:
        parts = (network, network.initialise(seeds), split(1, 8, 8), seeds)
        return train(Ensemble(*parts), training)

    ours, plain = trained(augmented, SEEDS), trained(Training(**recipe), SEEDS)
    assert not all(torch.equal(ours[name], plain[name]) for name in ours)
    alone = trained(augmented, SEEDS[1:2])
    for name, value in member_slice(ours, 1, 2).items():
        torch.testing.assert_close(value, alone[name], rtol=1e-5, atol=1e-6)
