"""Which files of the connectivity study depend on which, and settings that are refused."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from workflow_scripts.core.errors import UserError
from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.studies.connectivity.files import ConnectivityFiles, minimum_keys
from workflow_scripts.studies.connectivity.settings import Connectivity

CONFIG = Path(__file__).resolve().parents[3] / "config"
SHIPPED = load_configuration(CONFIG, {"scale": "laptop"})


def files(**changes):
    settings = SHIPPED.connectivity.model_copy(update={"seeds": ("0-1", "4-4")})
    settings = Connectivity.model_validate(settings.model_dump() | changes)
    return ConnectivityFiles(settings, "C", "D")


def wildcards(**values):
    return SimpleNamespace(**{"minimum": "mlp", "seeds": "0-1", **values})


def test_the_ends_of_paths_are_networks_of_the_main_recipe():
    study = files()
    assert study.ends(wildcards()) == "C/checkpoints/seeds-0-1/ends/mlp.safetensors"
    other = files(main="mlp-16", minima=with_part("mlp-16", [900]))
    assert other.ends(wildcards(seeds="4-4")) == "C/checkpoints/seeds-4-4/ends/mlp-16.safetensors"


def test_data_are_those_of_the_recipe():
    study = files()
    assert "fashion-mnist" in study.data(wildcards())
    assert "mnist-1d" in study.data_of_minimum(wildcards(minimum="resnet"))


def test_a_job_reads_the_keys_of_its_recipe_alone():
    assert minimum_keys("a", "training") == [
        "connectivity.minima.a.network",
        "connectivity.minima.a.sample",
        "connectivity.minima.a.training",
        "device",
    ]


def test_a_run_leaves_all_weights_behind_each_once():
    found = files().checkpoints()
    assert len(found) == len(set(found)) == 2 * (5 + 2 + 5)
    assert all(path.endswith(".safetensors") and path.startswith("C/") for path in found)


def test_more_pairs_are_more_files_and_no_file_of_the_old_ones_changes():
    old, new = files(), files(seeds=["0-1", "4-4", "8-9"])
    assert set(old.checkpoints()) < set(new.checkpoints())
    for name, paths in old.gathered().items():
        if name == "plane":
            assert new.gathered()[name] == paths
        else:
            assert set(paths) < set(new.gathered()[name])


def with_part(name, points):
    minima = SHIPPED.connectivity.model_dump()["minima"]
    return minima | {name: minima[name] | {"part": points}}


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("main", "x", "connectivity: main names 'x', which is not among the minima"),
        ("widths", ["mlp-8", "mlp-16", "x"], "connectivity: widths.2 names 'x', which is not"),
        ("widths", ["mlp-8", "mlp", "resnet"], "connectivity: widths.2 must be an mlp"),
        ("minima", {"mlp": {"sample": {"validation": 0}}}, "connectivity: minima.mlp.sample needs"),
        ("minima", {"mlp": {"part": [499]}}, "connectivity: minima.mlp.part needs a step in"),
        (
            "minima",
            {"mlp": {"part": [1000]}},
            "connectivity.minima.mlp: part must lie from 0 to 99",
        ),
        ("minima", {"mlp": {"part": [600, 500]}}, "connectivity.minima.mlp: part must be in asc"),
        ("minima", {"resnet": {"part": [20, 60]}}, "connectivity: minima.resnet.part needs 0 and"),
        ("minima", {"resnet": {"part": [0, 61]}}, "connectivity: minima.resnet.part needs 0 and"),
        (
            "curves",
            {"chain": {"training": {"steps": 1001}}},
            "connectivity: curves.chain is trained longer than its ends",
        ),
        (
            "curves",
            {"bezier": {"training": {"schedule": {"kind": "constant"}}}},
            "connectivity: curves.bezier needs the schedule of its ends",
        ),
        ("band", {"training": {"steps": 334}}, "connectivity: band is trained longer than its"),
        (
            "averaging",
            {"training": {"schedule": {"kind": "cosine"}}},
            "connectivity.averaging: training.schedule must be constant",
        ),
        ("averaging", {"iterates": 61}, "connectivity.averaging: the first iterates reach into"),
        ("curves", {"arc": {"bends": 1}}, "connectivity.curves.arc: unknown key"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(path, value, message):
    with pytest.raises(UserError) as refused:
        load_configuration(CONFIG, {"connectivity": {path: value}})
    assert str(refused.value).startswith(f"the command line: {message}")


def test_averaged_iterates_are_the_last_and_as_many_first_ones():
    averaging = SHIPPED.connectivity.averaging
    steps, every = averaging.training.steps, averaging.every
    assert max(averaging.last) == steps
    assert min(averaging.first) == every
    assert len(averaging.last) == len(averaging.first) == averaging.iterates
    assert max(averaging.first) < min(averaging.last)
