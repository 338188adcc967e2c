"""Data of one's own in the configuration: what follows from them, and what is refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from workflow_scripts.core.errors import UserError
from workflow_scripts.operation.configuration.load import load_configuration, lookup

CONFIG = Path(__file__).parents[3] / "config"


def mine(folder: Path, shape: tuple[int, ...] = (8, 8), n: int = 400, **more: Any) -> dict:
    """Settings of a data set with three classes, whose arrays are written to `folder`."""
    draw = np.random.default_rng(0)
    split = {}
    for name, size in (("train", n), ("test", 90)):
        np.save(folder / f"{name}-x.npy", draw.integers(0, 256, (size, *shape), dtype=np.uint8))
        np.save(folder / f"{name}-y.npy", np.arange(size) % 3)
        split[name] = {part: f"{folder}/{name}-{part[0]}.npy" for part in ("inputs", "labels")}
        for part, letter in (("inputs", "x"), ("labels", "y")):
            split[name][part] = f"{folder}/{name}-{letter}.npy"
    return {"kind": "arrays", **split, **more}


def load(**overrides: Any) -> Any:
    return load_configuration(CONFIG, {"scale": "laptop", **overrides})


def test_samples_and_networks_follow_from_data_that_take_the_place_of_others(
    tmp_path: Path,
) -> None:
    data = {"mine": mine(tmp_path, instead_of="fashion-mnist")}
    fewer = {"needles": {"survivors": 1500}}
    cfg = load(data=data, studies=["lottery", "sharpness"], lottery=fewer)
    for chain, hidden in (("lenet", [300, 100]), ("lenet-eighth", [38, 12])):
        given = lookup(cfg, f"lottery.chains.{chain}")
        assert given["network"]["sizes"] == [64, *hidden, 3]
        assert given["sample"] == {
            "dataset": "arrays/mine",
            "train": 267,  # in the proportions of the study: two to one
            "validation": 133,
            "test": 90,
        }
    # Signals stay, and images are not averaged to fewer than eight pixels.
    assert lookup(cfg, "lottery.chains.resnet")["sample"]["dataset"] == "mnist-1d"
    images = lookup(cfg, "sharpness.tasks.images")
    assert images["network"]["sizes"] == [64, 128, 128, 3]
    assert "downsample" not in images["sample"]
    # A study that does not run needs no data.
    assert lookup(cfg, "hopfield.images") == "fashion-mnist"


def test_what_the_user_says_stays(tmp_path: Path) -> None:
    own = {
        "sample": {"dataset": "mine", "train": 100, "validation": 20, "test": 30},
        "network": {"sizes": [64, 10, 4]},
    }
    lottery = {"chains": {"lenet": own}, "needles": {"survivors": 500}}
    cfg = load(data={"mine": mine(tmp_path)}, studies=["lottery"], lottery=lottery)
    assert lookup(cfg, "lottery.chains.lenet")["network"]["sizes"] == [64, 10, 4]
    assert lookup(cfg, "lottery.chains.lenet")["sample"] == own["sample"] | {
        "dataset": "arrays/mine"
    }
    assert lookup(cfg, "lottery.chains.lenet-half")["sample"]["dataset"] == "fashion-mnist"


def test_networks_below_a_sample_read_it_too(tmp_path: Path) -> None:
    three = {
        "names": ["a", "b", "c"],
        "judged": [1],
        "lessons": {
            "few": {"examples": 200},
            "few-16": {"examples": 200},
            "few-8": {"examples": 200},
            "omitted": {"omitted": [1]},
        },
    }
    data = {"mine": mine(tmp_path, n=40_000, instead_of="fashion-mnist")}
    study = load(data=data, studies=["distillation"], distillation=three).distillation
    assert study.sample.dataset == "arrays/mine"
    assert study.teachers.network.sizes == (64, 200, 200, 3)
    assert {(e.network.sizes[0], e.network.sizes[-1]) for e in study.lessons.values()} == {(64, 3)}


def test_a_study_that_needs_another_shape_or_more_classes_says_so(tmp_path: Path) -> None:
    data = {"mine": mine(tmp_path, n=40_000, instead_of="fashion-mnist")}
    with pytest.raises(
        UserError, match=r"focal\.scenes\.size .*but those of arrays/mine \(data\.m"
    ):
        load(data=data, studies=["focal"])
    with pytest.raises(
        UserError, match=r"distillation\.names asks for 10 classes, but arrays/mine"
    ):
        load(data=data, studies=["distillation"])


@pytest.mark.parametrize(
    ("shape", "given"), [((3, 8, 8), [3, 8, 8]), ((8, 8), [1, 8, 8]), ((40,), [1, 40])]
)
def test_convolutions_get_the_shape_of_the_data(
    tmp_path: Path, shape: tuple[int, ...], given: list[int]
) -> None:
    data = {"mine": mine(tmp_path, shape, instead_of="mnist-1d")}
    network = lookup(load(data=data, studies=["lottery"]), "lottery.chains.resnet")["network"]
    assert (network["input"], network["classes"]) == (given, 3)


FAULTS = {
    "no kind": ({"train": 3}, "unknown key"),
    "another kind": ({"kind": "array"}, r"data\.mine\.kind: Input should be 'arrays'"),
    "no test": (
        lambda own: {k: v for k, v in own.items() if k != "test"},
        r"mine\.test: is missing",
    ),
    "only inputs": (lambda own: own | {"train": {"inputs": "x.npy"}}, "needs inputs and labels"),
    "nothing": (lambda own: own | {"train": {}}, "needs either inputs and labels or images"),
}


@pytest.mark.parametrize(("change", "said"), FAULTS.values(), ids=FAULTS.keys())
def test_a_wrong_entry_is_one_line_with_its_key(tmp_path: Path, change: Any, said: str) -> None:
    own = change(mine(tmp_path)) if callable(change) else change
    with pytest.raises(UserError, match=said) as fault:
        load(data={"mine": own})
    assert "data.mine" in str(fault.value)
    assert "\n" not in str(fault.value)


def test_a_data_set_that_is_not_there_is_named(tmp_path: Path) -> None:
    data = {"mine": mine(tmp_path, instead_of="fashion-mnist")}
    (tmp_path / "test-y.npy").unlink()
    with pytest.raises(UserError, match=r"test-y\.npy is missing: it is named by a data set"):
        load(data=data)
    with pytest.raises(UserError, match=r"Input should be 'fashion-mnist', .* \(it is 'mein'\)"):
        load(lottery={"chains": {"lenet": {"sample": {"dataset": "mein"}}}})


def test_a_place_is_that_of_one_published_data_set(tmp_path: Path) -> None:
    one = mine(tmp_path, instead_of="fashon-mnist")
    with pytest.raises(UserError, match=r"mine\.instead_of must be .* did you mean 'fashion-mn"):
        load(data={"mine": one})
    both = dict.fromkeys(("mine", "other"), mine(tmp_path, instead_of="fashion-mnist"))
    with pytest.raises(UserError, match=r"data\.other\.instead_of is that of data\.mine too"):
        load(data=both)


def test_a_name_that_cannot_be_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"data\.my/set is no name for a data set"):
        load(data={"my/set": mine(tmp_path)})
