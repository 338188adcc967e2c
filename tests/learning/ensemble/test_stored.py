"""One way to keep ensembles on disk, with the bytes that each study's files always had."""

import numpy as np
import pytest
import torch

from workflow_scripts.core.artifacts.checkpoints import save_checkpoint
from workflow_scripts.core.errors import UserError
from workflow_scripts.learning.ensemble.stored import Stored, stacked
from workflow_scripts.learning.networks.mlp import Mlp

NET = Mlp([5, 4, 3])
FIRST, SECOND = NET.initialise([1, 2]), NET.initialise([3, 4])
FACTS = {"prunable": "weight0 weight1"}


def arrays(parameters, prefix=""):
    return {f"{prefix}{name}": tensor.numpy() for name, tensor in parameters.items()}


@pytest.mark.parametrize(
    ("stored", "plain", "facts"),
    [
        (Stored.of(FIRST), arrays(FIRST), None),
        (Stored.of(FIRST, FACTS), arrays(FIRST), FACTS),
        (
            Stored.grouped({"0": FIRST, "10": SECOND}, FACTS),
            arrays(FIRST, "0/") | arrays(SECOND, "10/"),
            FACTS,
        ),
        (
            Stored.grouped({"parameters": FIRST}, steps=torch.tensor([3, -1])),
            arrays(FIRST, "parameters/") | {"steps": np.array([3, -1])},
            None,
        ),
    ],
    ids=["bare", "with facts", "snapshots", "beside other arrays"],
)
def test_the_bytes_are_those_of_the_named_arrays(tmp_path, stored, plain, facts):
    stored.save(tmp_path / "ours.safetensors")
    save_checkpoint(tmp_path / "plain.safetensors", plain, facts)
    ours, others = (tmp_path / f"{name}.safetensors" for name in ("ours", "plain"))
    assert ours.read_bytes() == others.read_bytes()
    read = Stored.load(ours)
    assert read.facts == (facts or {})
    assert {n: a.tolist() for n, a in read.arrays.items()} == {
        n: a.tolist() for n, a in plain.items()
    }


def test_groups_come_back_in_the_order_of_the_file():
    names = ["annealed", "annealed average", "start"]
    whole = Stored.grouped(dict.fromkeys(names, FIRST), FACTS, steps=torch.ones(2))
    in_file = Stored(dict(sorted(whole.arrays.items())), FACTS)
    assert list(in_file.groups()) == ["annealed average", "annealed", "start"]
    for group in in_file.groups().values():
        assert group.facts == FACTS
        assert all(torch.equal(group.parameters()[name], FIRST[name]) for name in FIRST)
    assert list(whole.group("none").arrays) == []


def test_members_are_taken_apart_and_put_together():
    stored = Stored.of(FIRST)
    together = stacked(stored.members())
    assert all(torch.equal(together[name], FIRST[name]) for name in FIRST)
    chosen = list(stored.members(["weight1", "bias0"]))
    assert [list(member) for member in chosen] == [["weight1", "bias0"]] * 2
    assert (chosen[1]["bias0"] == FIRST["bias0"][1].numpy()).all()
    assert stacked([{}, {}]) == {}


def test_a_damaged_file_is_refused_by_name(tmp_path):
    path = tmp_path / "trained.safetensors"
    Stored.of(FIRST).save(path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(UserError, match=r"trained\.safetensors"):
        Stored.load(path)
