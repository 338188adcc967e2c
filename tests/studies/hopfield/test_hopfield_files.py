"""The files of the Hopfield study, its gathered tables, and settings that are refused."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from hopfield_example import tables

from workflow_scripts.core.artifacts.tables import read_table, write_table
from workflow_scripts.learning.data.manifest import manifest
from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.studies.hopfield import tables as gather
from workflow_scripts.studies.hopfield.files import STEPS, HopfieldFiles
from workflow_scripts.studies.hopfield.settings import Hopfield
from workflow_scripts.studies.hopfield.thresholds import bits, critical_loads


@pytest.fixture
def values(request):
    settings = load_configuration(request.config.rootpath / "config", {"scale": "smoke"})
    return settings.hopfield.model_dump(mode="json")


def test_all_parts_of_every_table_and_more_seeds_are_more_files(values):
    few = HopfieldFiles(Hopfield.model_validate(values | {"seeds": ["100-101"]}), "H", "D")
    more = HopfieldFiles(
        Hopfield.model_validate(values | {"seeds": ["100-101", "102-104"]}), "H", "D"
    )
    old, new = few.checkpoints(), more.checkpoints()
    assert len(set(old)) == len(old) == 2 + sum(map(len, STEPS.values()))
    assert set(old) < set(new)
    assert all("/seeds-102-104/" in path for path in set(new) - set(old))
    for step in STEPS:
        for table, path in few.written(step).items():
            assert [path.replace("<batch>", "seeds-100-101")] == few.gathered()[table]
    assert few.data(None) == str(manifest("fashion-mnist", Path("D")))


def test_a_size_has_its_own_loads(values):
    files = HopfieldFiles(Hopfield.model_validate(values), "H", "D")
    for network in values["capacity"]["networks"]:
        wildcards = SimpleNamespace(size=str(network["size"]))
        assert files.loads(wildcards) == network["loads"]
        assert files.networks(wildcards) == network["count"]


@pytest.mark.parametrize(
    ("group", "key", "value", "message"),
    [
        ("separation", "separated", 17, "two products must be separated or larger"),
        ("separation", "products", [1, 4, 8], "one of the products must be below 1"),
        (
            "dense",
            "orders",
            [{"order": 2, "sizes": [100, 200]}],
            "the sizes of order 2 must span a factor of 1.66667",
        ),
        ("regimes", "blur", 11, "blur must be one of the betas"),
        ("regimes", "queries", 101, "regimes.queries must not exceed"),
        ("completion", "stored", 101, "completion.stored must not exceed"),
        ("completion", "shown", 9, "completion.shown must not exceed"),
        ("capacity", "networks", [{"size": 9, "loads": [0.1, 0.2]}] * 2, "a size twice"),
        (
            "capacity",
            "networks",
            [{"size": 9, "loads": [0.2, 0.1]}, {"size": 8, "loads": [0.1, 0.2]}],
            "loads of size 9 must be increasing",
        ),
    ],
)
def test_settings_that_contradict_each_other_are_refused(values, group, key, value, message):
    values[group][key] = value
    with pytest.raises(ValueError, match=message):
        Hopfield.model_validate(values)


def test_the_step_gathers_all_batches_and_finds_the_capacities(tmp_path):
    made, inputs = tables(), {}
    for name in ("capacity", "correlated", "spheres", "dense", "regimes"):
        halves = [made[name][made[name].seed < 105], made[name][made[name].seed >= 105]]
        inputs[name] = [str(tmp_path / f"{name}-{at}.csv") for at in range(2)]
        for half, path in zip(halves, inputs[name], strict=True):
            write_table(half, path)
    outputs = {n: str(tmp_path / f"{n}.csv") for n in (*inputs, *gather.DERIVED)}
    gather.main(SimpleNamespace(input=inputs, output=outputs))
    for name in inputs:
        assert len(read_table(outputs[name])) == len(made[name])
    for name in gather.DERIVED:
        assert read_table(outputs[name]).shape == made[name].shape
        value = made[name].columns[-1]
        assert read_table(outputs[name])[value].tolist() == pytest.approx(made[name][value])


def test_a_network_that_has_forgotten_from_the_start_or_never_does_has_no_capacity():
    made = tables()["capacity"]
    assert critical_loads(made.assign(overlap=0.95)).load.isna().all()
    assert critical_loads(made.assign(overlap=0.2 + made.load)).load.isna().all()
    spheres = tables()["spheres"]
    assert bits(spheres.assign(share=0.5)).bits.isna().all()
