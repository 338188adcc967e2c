"""Which files of the connectivity study depend on which, and settings that are refused."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from workflow_scripts.core.errors import UserError
from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.studies.connectivity.files import ConnectivityFiles
from workflow_scripts.studies.connectivity.settings import Connectivity
from workflow_scripts.studies.lottery.files import LotteryFiles

CONFIG = Path(__file__).resolve().parents[3] / "config"
SHIPPED = load_configuration(CONFIG, {"scale": "laptop"})


def files(**changes):
    settings = SHIPPED.connectivity.model_copy(update={"seeds": ("0-1", "4-4"), "apart": 2})
    settings = Connectivity.model_validate(settings.model_dump() | changes)
    return ConnectivityFiles(settings, "C", "D", LotteryFiles(SHIPPED.lottery, "L", "D"))


def wildcards(**values):
    return SimpleNamespace(**{"chain": "lenet", "seeds": "0-1", **values})


def test_the_ends_are_dense_networks_of_lottery_of_two_batches():
    study = files()
    for found in (study.ends(wildcards()), study.ends_of_chain(wildcards())):
        assert found == {
            "first": "L/checkpoints/lenet/seeds-0-1/dense/trained.safetensors",
            "second": "L/checkpoints/lenet/seeds-2-3/dense/trained.safetensors",
        }
    other = study.ends_of_chain(wildcards(chain="lenet-half", seeds="4-4"))
    assert other["second"] == "L/checkpoints/lenet-half/seeds-6-6/dense/trained.safetensors"


def test_branches_are_copies_of_lottery_at_the_studys_own_points():
    study = files(branches={"lenet": [0, 20], "resnet": [0, 500]})
    assert study.branches(wildcards(chain="resnet")) == [
        f"L/checkpoints/resnet/seeds-0-1/branch-{point}/trained.safetensors" for point in (0, 500)
    ]


def test_every_network_is_fine_tuned_on_both_sides_of_the_pairs():
    study = files()
    assert study.copies(wildcards()) == {
        "first_copies": "C/checkpoints/seeds-0-1/copies.safetensors",
        "second_copies": "C/checkpoints/seeds-2-3/copies.safetensors",
    }
    assert study.start(wildcards(seeds="2-3")).startswith("L/checkpoints/lenet/seeds-2-3/dense")


def test_a_run_leaves_all_weights_behind_each_once():
    found = files().checkpoints()
    assert len(found) == len(set(found)) == 2 * 6
    assert all(path.endswith(".safetensors") and path.startswith("C/") for path in found)


def test_more_pairs_are_more_files_and_no_file_of_the_old_ones_changes():
    old, new = files(), files(seeds=["0-1", "4-4", "8-9"])
    assert set(old.checkpoints()) < set(new.checkpoints())
    for name, paths in old.gathered().items():
        if name == "plane":
            assert new.gathered()[name] == paths
        else:
            assert set(paths) < set(new.gathered()[name])


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("apart", 3, "connectivity: apart is too small: a network would be in two pairs"),
        ("unstable", "x", "connectivity: unstable names 'x', which is not among the branches"),
        ("branches", {"lenet": [0, 7]}, "connectivity.branches.lenet must be among lottery.chains"),
        (
            "widths",
            ["lenet", "lenet-half", "lent"],
            "connectivity.widths.2 names 'lent', not a chain",
        ),
        ("widths", ["lenet", "lenet-half", "resnet"], "connectivity.widths.2 must be an mlp"),
        (
            "averaging",
            {"training": {"schedule": {"kind": "cosine"}}},
            "connectivity.averaging: training.schedule must be constant",
        ),
        (
            "averaging",
            {"annealed_from": 0.99},
            "connectivity.averaging: annealed_from leaves fewer",
        ),
        ("curves", {"arc": {"bends": 1}}, "connectivity.curves.arc: unknown key"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(path, value, message):
    with pytest.raises(UserError) as refused:
        load_configuration(CONFIG, {"connectivity": {path: value}})
    assert str(refused.value).startswith(f"the command line: {message}")


def test_the_main_chain_must_be_among_the_branches():
    with pytest.raises(UserError, match="branches must contain the chain 'lenet-half'"):
        load_configuration(CONFIG, {"connectivity": {"main": "lenet-half"}})


def test_the_other_studys_settings_are_checked_only_where_this_study_runs():
    setting = {"lottery": {"chains": {"lenet": {"snapshots": [0]}}}}
    load_configuration(CONFIG, setting | {"studies": ["lottery"]})
    with pytest.raises(UserError, match=r"connectivity\.branches\.lenet must be among"):
        load_configuration(CONFIG, setting)


def test_a_fault_between_studies_names_the_file_it_is_in(tmp_path):
    for path in CONFIG.rglob("*.yaml"):
        copy = tmp_path / path.relative_to(CONFIG)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(path.read_text())
    own = tmp_path / "connectivity.yaml"
    own.write_text(own.read_text().replace("resnet: [0, 20, 100, 500]", "resnet: [0, 21]"))
    with pytest.raises(UserError) as refused:
        load_configuration(tmp_path, {})
    assert str(refused.value).startswith("config/connectivity.yaml: connectivity.branches.resnet")
