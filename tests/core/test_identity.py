"""What is, and what is not, part of the identity of a job."""

import os
from types import SimpleNamespace

import pytest

from workflow_scripts.core.identity import identity, identity_of, inputs_of, params_of
from workflow_scripts.core.settings import Given

JOB = {
    "rule": "lottery_control",
    "wildcards": {"chain": "lenet", "seeds": "0-4"},
    "params": {
        "cfg": {"lottery.chains.lenet.training": {"steps": 100}, "device": "cpu"},
        "arms": ["ones", "random"],
        "code": {"studies/lottery/control.py": "0123456789abcdef"},
        "data": "data",
    },
    "inputs": {"results/laptop/start.safetensors": "a" * 64, "data/digits/SHA256SUMS": "b" * 64},
}


def changed(part, value):
    return identity(**{**JOB, part: value})


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("rule", "lottery_level"),
        ("wildcards", {"chain": "lenet", "seeds": "5-9"}),
        ("wildcards", {"chain": "lenet"}),
        ("params", JOB["params"] | {"arms": ["random", "ones"]}),
        ("params", JOB["params"] | {"arms": ["ones"]}),
        ("params", JOB["params"] | {"loads": []}),
        ("params", JOB["params"] | {"code": {"studies/lottery/control.py": "0" * 16}}),
        ("params", JOB["params"] | {"cfg": JOB["params"]["cfg"] | {"device": "cuda"}}),
        ("params", {k: v for k, v in JOB["params"].items() if k != "arms"}),
        ("inputs", JOB["inputs"] | {"data/digits/SHA256SUMS": "c" * 64}),
        ("inputs", dict(reversed(JOB["inputs"].items()))),
        ("inputs", {"results/laptop/start.safetensors": "a" * 64}),
        ("inputs", JOB["inputs"] | {"results/laptop/mask.safetensors": "a" * 64}),
        ("inputs", {f"{path}.other": digest for path, digest in JOB["inputs"].items()}),
    ],
)
def test_all_that_outputs_depend_on_changes_it(part, value):
    assert changed(part, value) != identity(**JOB)


def test_the_order_of_names_does_not_change_it():
    for part in ("params", "wildcards"):
        assert changed(part, dict(reversed(JOB[part].items()))) == identity(**JOB)


def test_where_the_data_lie_does_not_change_it_but_where_results_lie_does():
    def in_folder(folder):
        inputs = {p.replace("data/", f"{folder}/"): d for p, d in JOB["inputs"].items()}
        return identity(**{**JOB, "inputs": inputs, "params": JOB["params"] | {"data": folder}})

    assert in_folder("/shared/data sets") == in_folder("elsewhere") == identity(**JOB)
    moved = {path.replace("laptop", "smoke"): digest for path, digest in JOB["inputs"].items()}
    assert changed("inputs", moved) != identity(**JOB)


class Params(dict):
    __getattr__ = dict.__getitem__


def job(*inputs, **params):
    return SimpleNamespace(
        rule="lottery_control", wildcards={"seeds": "0-4"}, input=inputs, params=Params(params)
    )


def test_a_job_has_the_identity_of_its_parts(tmp_path):
    (tmp_path / "start").write_text("start")
    this = job(tmp_path / "start", cfg={"device": "cpu"}, arms=["ones"])
    parts = {"cfg": {"device": "cpu"}, "arms": ["ones"]}
    assert params_of(this) == parts
    assert identity_of(this) == identity(this.rule, this.wildcards, parts, inputs_of(this))


def test_asking_for_the_identity_reads_no_setting():
    given = Given({"device": "cpu"})
    noted, plain = job(cfg=given), job(cfg={"device": "cpu"})
    assert identity_of(noted) == identity_of(plain)
    assert given.unread() == ["device"]


def test_an_input_is_read_once_and_again_when_it_has_changed(tmp_path, monkeypatch):
    read = []
    monkeypatch.setattr(
        "workflow_scripts.core.identity.sha256", lambda path: read.append(path) or str(len(read))
    )
    path = tmp_path / "start"
    path.write_text("start")
    first = inputs_of(job(path))
    assert inputs_of(job(path)) == inputs_of(job(path)) == first
    assert len(read) == 1
    os.utime(path, ns=(1, 1))
    assert inputs_of(job(path)) != first
    path.write_text("longer")
    inputs_of(job(path))
    assert len(read) == 3
