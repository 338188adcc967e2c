"""The files of the study, its gathered tables, and settings that are refused."""

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from ntk_example import tables

from workflow_scripts.core.artifacts.tables import read_table, write_table
from workflow_scripts.learning.data.manifest import manifest
from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.studies.ntk import tables as gather
from workflow_scripts.studies.ntk.files import NtkFiles
from workflow_scripts.studies.ntk.settings import Ntk


@pytest.fixture
def values(request):
    settings = load_configuration(request.config.rootpath / "config", {"scale": "smoke"})
    return settings.ntk.model_dump(mode="json")


def test_more_seeds_are_more_files(values):
    few = NtkFiles(Ntk.model_validate(values | {"seeds": ["100-101"]}), "N", "D")
    more = NtkFiles(Ntk.model_validate(values | {"seeds": ["100-101", "102-104"]}), "N", "D")
    old, new = few.checkpoints(), more.checkpoints()
    assert len(set(old)) == len(old) == 4
    assert set(old) < set(new)
    assert all("/seeds-102-104/" in path for path in set(new) - set(old))
    gathered = more.gathered()
    assert len(gathered.pop("widths")) == 4
    assert all(len(paths) == 2 for paths in gathered.values())
    assert few.data(None) == str(manifest("fashion-mnist", Path("D")))


@pytest.mark.parametrize(
    ("group", "key", "value", "message"),
    [
        ("widths", "rich", 0.5, "rich must be one of the alphas after the first"),
        ("widths", "alphas", [0.1, 1.0], "alphas must be strictly decreasing"),
        ("widths", "depths", {"3": [8, 9, 10]}, "depths must be those of 2 and of 3 layers"),
        ("widths", "depths", {"2": [8, 9, 9], "3": [8, 9, 10]}, "depths.2 must be strictly inc"),
        ("parity", "alphas", [10, 0.1], "alphas must be strictly increasing"),
        ("parity", "rich", 10, "the smaller one first"),
        ("parity", "aligned", 101, "aligned must not exceed unseen"),
        ("images", "sizes", [40, 40], "sizes must be strictly increasing"),
        ("images", "pair", [3, 3], "two different classes"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(values, group, key, value, message):
    values[group][key] = value
    with pytest.raises(ValueError, match=message):
        Ntk.model_validate(values)


def test_images_without_validation_are_refused(values):
    values["images"]["sample"]["validation"] = 0
    with pytest.raises(ValueError, match="penalties are chosen on it"):
        Ntk.model_validate(values)


def test_the_step_gathers_all_batches(tmp_path):
    made, inputs = tables(), {}
    for name, table in made.items():
        halves = [table[table.seed < 110], table[table.seed >= 110]]
        inputs[name] = [str(tmp_path / f"{name}-{at}.csv") for at in range(2)]
        for half, path in zip(halves, inputs[name], strict=True):
            write_table(half, path)
    outputs = {name: str(tmp_path / f"{name}.csv") for name in made}
    gather.main(SimpleNamespace(input=inputs, output=outputs))
    for name, table in made.items():
        found = read_table(outputs[name])
        assert list(found.columns) == list(table.columns)
        assert len(found) == len(table)
        for column in found.select_dtypes("number"):
            pd.testing.assert_series_equal(
                found[column].sort_values(ignore_index=True).astype(float),
                table[column].sort_values(ignore_index=True).astype(float),
            )
