"""Data of one's own: every way to store them gives the same data set, and faults are one line."""

import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays as drawn
from PIL import Image

from workflow_scripts.core.errors import UserError
from workflow_scripts.learning.data.datasets import as_float, load
from workflow_scripts.learning.data.manifest import MANIFEST, verify
from workflow_scripts.learning.data.origins.arrays_settings import Arrays
from workflow_scripts.learning.data.origins.own_arrays import constants, digest, look
from workflow_scripts.learning.data.origins.seen import current_digest, known
from workflow_scripts.learning.data.prepare import main


def images(n: int = 6, shape: tuple[int, ...] = (4, 5)) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(0)
    return draw.integers(0, 256, (n, *shape), dtype=np.uint8), np.arange(n) % 3


def stored(folder: Path, **changed: np.ndarray) -> Arrays:
    """Settings of arrays in .npy files below `folder`; `changed` replaces some, by file name."""
    inputs, labels = images()
    whole = {"train_x": inputs, "train_y": labels, "test_x": inputs[:3], "test_y": labels[:3]}
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in (whole | changed).items():
        np.save(folder / f"{name}.npy", array)
    return settings_of({n: f"{folder}/{n}.npy" for n in whole})


def settings_of(names: dict[str, str]) -> Arrays:
    def split(of: str) -> dict[str, str]:
        return {"inputs": names[f"{of}_x"], "labels": names[f"{of}_y"]}

    return Arrays.model_validate({"kind": "arrays", "train": split("train"), "test": split("test")})


def prepare(arrays: Arrays, folder: Path) -> Path:
    """Run the step; the folder of the data set."""
    target = folder / "arrays" / "mine"
    target.mkdir(parents=True, exist_ok=True)
    params = SimpleNamespace(cfg={"data.mine": arrays.model_dump()})
    main(SimpleNamespace(params=params, output=[str(target / MANIFEST)]))
    return target


def contents(folder: Path) -> list[np.ndarray]:
    verify("arrays/mine", folder)
    splits = [load("arrays/mine", split, folder) for split in ("train", "test")]
    return [array for split in splits for array in (np.array(split.inputs), split.labels)]


def test_npy_npz_and_a_folder_of_images_give_the_same_data_set(tmp_path: Path) -> None:
    npy = stored(tmp_path / "npy")
    inputs, labels = images()
    archive = tmp_path / "all.npz"
    np.savez_compressed(
        archive, train_x=inputs, train_y=labels, test_x=inputs[:3], test_y=labels[:3]
    )
    npz = settings_of({n: f"{archive}/{n}" for n in ("train_x", "train_y", "test_x", "test_y")})
    order = np.argsort(labels, kind="stable")
    for split, rows in (("train", range(6)), ("test", range(3))):
        for row in rows:
            name = tmp_path / "photos" / split / "abc"[labels[row]] / f"{row}.png"
            name.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(inputs[row]).save(name)
    photos = Arrays.model_validate(
        {"kind": "arrays"}
        | {split: {"images": str(tmp_path / "photos" / split)} for split in ("train", "test")}
    )
    results = []
    for name, each in (("npy", npy), ("npz", npz), ("photos", photos)):
        prepare(each, tmp_path / "data" / name)
        results.append(contents(tmp_path / "data" / name))
        assert look(each) == known(tmp_path / "data" / name / "arrays" / "mine", each)
    for one, other in zip(results[0], results[1], strict=True):
        np.testing.assert_array_equal(one, other)
    # A folder is in the order of its classes.
    np.testing.assert_array_equal(results[2][0], inputs[order])
    np.testing.assert_array_equal(results[2][1], labels[order])
    np.testing.assert_array_equal(results[2][2], inputs[:3])


@pytest.mark.parametrize("shape", [(4, 5), (3, 4, 5), (7,), (1, 4, 5)])
@pytest.mark.parametrize("dtype", [np.uint8, np.float64, np.float16])
def test_the_training_inputs_are_standardised(
    tmp_path: Path, shape: tuple[int, ...], dtype: type
) -> None:
    inputs = images(50, shape)[0].astype(dtype)
    labels = np.arange(50) % 2
    few = {"test_x": inputs[:9], "test_y": labels[:9]}
    prepare(stored(tmp_path / "own", train_x=inputs, train_y=labels, **few), tmp_path)
    data = load("arrays/mine", "train", tmp_path)
    floats = as_float(data.inputs, data.format)
    by_channel = floats.reshape(50, shape[0] if len(shape) == 3 else 1, -1)
    np.testing.assert_allclose(by_channel.mean((0, 2)), 0, atol=1e-5)
    np.testing.assert_allclose(by_channel.std((0, 2)), 1, atol=1e-5)
    assert data.shape == (shape[1:] if shape[0] == 1 else shape)
    assert data.classes == 2
    assert isinstance(data.inputs, np.memmap)


@settings(max_examples=30, deadline=None)
@given(drawn(np.uint8, st.tuples(*[st.integers(1, 4)] * 4)))
def test_constants_are_mean_and_deviation_per_channel(inputs: np.ndarray) -> None:
    largest, mean, std = constants(inputs)
    scaled = inputs / 255
    assert largest == 255
    np.testing.assert_allclose(mean, scaled.mean((0, 2, 3)))
    np.testing.assert_allclose(std, scaled.std((0, 2, 3)), atol=1e-7)


FAULTS = {
    "labels of text": ({"train_y": np.array(list("aabbcc"))}, r"train_y\.npy holds <U1: labels"),
    "labels of floats": ({"train_y": np.zeros(6)}, r"train_y\.npy holds float64: labels are whole"),
    "a negative label": ({"train_y": np.arange(6) - 1}, r"train_y\.npy holds the label -1"),
    "a class without examples": ({"train_y": np.arange(6) * 2}, r"no example of class 1: classes"),
    "one class": ({"train_y": np.zeros(6, int), "test_y": np.zeros(3, int)}, "a single class"),
    "a class only in the test": (
        {"test_y": np.array([0, 1, 7])},
        r"holds class 7, which .*train_y",
    ),
    "too few labels": ({"train_y": np.arange(5) % 3}, r"holds 6 examples, but .* 5 labels"),
    "labels in columns": ({"train_y": np.eye(6, dtype=int)}, r"shape \(6, 6\): labels have shape"),
    "no examples": (
        {"test_x": np.zeros((0, 4, 5), np.uint8), "test_y": np.arange(0)},
        "have shape",
    ),
    "another shape": ({"test_x": np.zeros((3, 5, 4), np.uint8)}, r"shape \(5, 4\), but .*\(4, 5\)"),
    "another type": ({"test_x": np.zeros((3, 4, 5))}, r"holds float64, but .* uint8: both"),
    "whole numbers": ({"train_x": np.ones((6, 4, 5), int)}, "holds int64: save inputs as bytes"),
    "no axis of examples": ({"train_x": np.ones(6, np.uint8)}, "inputs are signals"),
    "equal inputs": ({"train_x": np.ones((6, 4, 5), np.uint8)}, "in which all numbers are equal"),
    "channels last": (
        {"train_x": np.ones((6, 5, 5, 3), np.uint8), "test_x": np.ones((3, 5, 5, 3), np.uint8)},
        r"channels last: save numpy\.moveaxis",
    ),
    "a number that is none": (
        {"train_x": np.full((6, 4, 5), np.nan), "test_x": np.zeros((3, 4, 5))},
        r"train_x\.npy holds numbers that are missing or infinite",
    ),
    "objects": ({"train_y": np.array([{}] * 6)}, r"train_y\.npy is no whole \.npy or \.npz"),
}


@pytest.mark.parametrize(("changed", "said"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_one_line_and_nothing_is_written(
    tmp_path: Path, changed: dict[str, np.ndarray], said: str
) -> None:
    with pytest.raises(UserError, match=said) as fault:
        prepare(stored(tmp_path / "own", **changed), tmp_path / "data")
    assert "\n" not in str(fault.value)
    assert not (tmp_path / "data" / "arrays" / "mine" / MANIFEST).exists()


def test_images_of_two_sizes_no_images_and_a_file_that_is_none_are_named(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    for name, size in (("a/1.png", (4, 5)), ("b/1.png", (4, 6))):
        (photos / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", size).save(photos / name)
    split = {"images": str(photos)}
    both = Arrays.model_validate({"kind": "arrays", "train": split, "test": split})
    with pytest.raises(UserError, match=r"b/1\.png has shape \(6, 4\), but the first image"):
        prepare(both, tmp_path / "data")
    (photos / "b" / "1.png").write_bytes(b"no image")
    with pytest.raises(UserError, match=r"b/1\.png is no whole image"):
        prepare(both, tmp_path / "second")
    (photos / "b" / "1.png").unlink()
    with pytest.raises(UserError, match=r"/b has no images \(\.png, "):
        look(both)


def test_a_missing_array_of_an_archive_names_those_that_there_are(tmp_path: Path) -> None:
    np.savez(tmp_path / "all.npz", x=np.zeros(3), y=np.zeros(3))
    names = dict.fromkeys(("train_x", "train_y", "test_x", "test_y"), f"{tmp_path}/all.npz/z")
    with pytest.raises(UserError, match=r"all\.npz has no array 'z': write .* one of x, y"):
        look(settings_of(names))
    with pytest.raises(UserError, match=r"all\.npz holds arrays with names: write"):
        look(settings_of(dict.fromkeys(names, f"{tmp_path}/all.npz")))


def test_content_counts_and_not_its_place_or_time(tmp_path: Path) -> None:
    first = stored(tmp_path / "first")
    target = prepare(first, tmp_path / "data")
    content = digest(first)
    assert current_digest(target, first) == content
    os.utime(tmp_path / "first" / "train_x.npy", (1, 1))
    assert current_digest(target, first) == content
    second = stored(tmp_path / "second")
    assert current_digest(target, second) == content
    changed = stored(tmp_path / "second", test_y=np.array([2, 1, 0]))
    assert current_digest(target, changed) != content
    shutil.rmtree(tmp_path / "first")
    assert current_digest(target, first) == content  # what was prepared stays in use
    assert known(target, first).train == 6
    shutil.rmtree(tmp_path / "second")
    with pytest.raises(UserError, match=r"second/train_x\.npy is missing: it is named by a data"):
        current_digest(target, second)
