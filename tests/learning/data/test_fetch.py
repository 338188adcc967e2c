from types import SimpleNamespace
from typing import get_args

import numpy as np
import pytest

from workflow_scripts.core.errors import UserError
from workflow_scripts.core.kinds import kinds_of
from workflow_scripts.learning.data import fetch
from workflow_scripts.learning.data.datasets import as_float, load, paths
from workflow_scripts.learning.data.formats.kinds import FormatKind
from workflow_scripts.learning.data.generate import main
from workflow_scripts.learning.data.manifest import manifest, verify
from workflow_scripts.learning.data.origins.arrays_settings import Arrays, Files
from workflow_scripts.learning.data.settings import FashionMnist, FetchedKind, GeneratedKind, parse


def job(name, settings, folder):
    """What Snakemake hands to the step: builtin parameters, outputs as strings."""
    return SimpleNamespace(
        params=SimpleNamespace(cfg={f"data.{name}": settings}),
        output=[str(path) for path in paths(name, folder)],
    )


@pytest.mark.parametrize(
    ("name", "settings", "shape"),
    [
        ("digits", {"test": 100}, (8, 8)),
        ("mnist-1d", {"train": 60, "test": 20, "length": 24, "padding": [36, 60]}, (24,)),
    ],
)
def test_the_step_makes_exactly_the_declared_files_and_they_load(tmp_path, name, settings, shape):
    main(job(name, settings, tmp_path))
    made = [*paths(name, tmp_path), manifest(name, tmp_path)]
    assert sorted((tmp_path / name).iterdir()) == sorted(made)
    verify(name, tmp_path)
    data = load(name, "test", tmp_path)
    assert data.shape == shape
    assert len(data.labels) == settings["test"]
    floats = as_float(load(name, "train", tmp_path).inputs, data.format)
    assert abs(floats.mean()) < 0.02
    assert abs(floats.std() - 1) < 0.02


def test_making_twice_gives_the_same_bytes(tmp_path):
    main(job("mnist-1d", {"train": 30, "test": 10}, tmp_path))
    first = {path: path.read_bytes() for path in paths("mnist-1d", tmp_path)}
    main(job("mnist-1d", {"train": 30, "test": 10}, tmp_path))
    assert {path: path.read_bytes() for path in paths("mnist-1d", tmp_path)} == first


def test_the_defaults_are_the_papers(tmp_path):
    main(job("mnist-1d", {}, tmp_path))
    data = load("mnist-1d", "train", tmp_path)
    assert data.inputs.shape == (4000, 40)
    np.testing.assert_array_equal(np.bincount(data.labels), np.full(10, 400))


@pytest.mark.parametrize(
    ("union", "name", "values", "reason"),
    [
        (GeneratedKind, "mnist-1d", {"trian": 3}, r"data\.mnist-1d\.trian: Extra inputs"),
        (GeneratedKind, "mnist-1d", {"train": "many"}, r"data\.mnist-1d\.train: .*\(got 'many'\)"),
        (FetchedKind, "fashion-mnist", {"sources": ["torrent"]}, r"data\..*-mnist\.sources\.0: "),
        (FetchedKind, "fashion-mnist", {"sources": []}, r"data\.fashion-mnist\.sources: "),
        (
            GeneratedKind,
            "mnist",
            {},
            r"data\.mnist is not a data set: choose from mnist-1d, digits",
        ),
    ],
)
def test_a_wrong_setting_is_named(union, name, values, reason):
    with pytest.raises(UserError, match=reason):
        parse({f"data.{name}": values}, union)


def test_every_data_set_has_settings_and_every_setting_a_description():
    obtained = kinds_of(FetchedKind) | kinds_of(GeneratedKind)
    several = {kind for kind, layout in kinds_of(FormatKind).items() if layout.several}
    assert set(obtained) | several == set(kinds_of(FormatKind))
    assert several == {"arrays"} == set(get_args(Arrays.model_fields["kind"].annotation))
    for name, settings in obtained.items():
        assert settings().kind == name
    for settings in (*obtained.values(), Arrays, Files):
        for field in settings.model_fields.values():
            assert field.description


def test_a_failing_fetch_is_one_line_for_the_user(tmp_path):
    settings = FashionMnist(sources=["folder"], local_folder=str(tmp_path)).model_dump()
    with pytest.raises(UserError, match="no source provided fashion-mnist"):
        fetch.main(job("fashion-mnist", settings, tmp_path / "data"))
