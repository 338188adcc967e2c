import hashlib
import shutil
from pathlib import Path

import pytest

from workflow_scripts.core.artifacts.atomic import write_json
from workflow_scripts.core.code_key import code_keys, kinds_in
from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.operation.verification import verify
from workflow_scripts.operation.verification.verify import changed_files, changed_settings, stale

ROOT = Path(__file__).resolve().parents[3]
CODE = code_keys("studies/lottery/tables.py")
VALUES = {"lottery": {"main": "lenet", "seeds": ["0-4"]}, "device": "auto"}


def stage(rule="lottery_tables", code=CODE, cfg=None, outputs=None):
    cfg = {"lottery.main": "lenet", "lottery.seeds": ["0-4"]} if cfg is None else cfg
    return {"rule": rule, "code": code, "cfg": cfg, "outputs": outputs or {}, "inputs": {}}


def test_stages_of_the_present_tree_are_not_stale():
    assert (
        stale(
            [
                stage(),
                stage(code=code_keys("studies/lottery/claims.py", documented=True)),
            ],
            VALUES,
        )
        == []
    )


def test_the_key_of_a_stage_is_that_of_the_kinds_in_its_settings():
    network = {"kind": "mlp", "sizes": [2, 2]}
    values = {"lottery": {"network": network}}
    dense = code_keys("studies/lottery/dense.py", kinds=kinds_in({"lottery.network": network}))
    assert stale([stage("lottery_dense", dense, {"lottery.network": network})], values) == []
    residual = {"lottery": {"network": {"kind": "residual"}}}
    recorded = stage("lottery_dense", dense, {"lottery.network": residual["lottery"]["network"]})
    assert stale([recorded], residual) == [
        "lottery_dense (1 job): the code of studies/lottery/dense.py is another"
    ]


def test_each_reason_is_one_line_a_rule_with_the_number_of_its_jobs():
    other = dict.fromkeys(CODE, "0" * 16)
    stages = [
        stage(code=other),
        stage(code=other, cfg={"lottery.main": "resnet"}),
        stage("lottery_dense", cfg={"lottery.chains": {}, "device": "cuda"}),
        stage("lottery_gone", code={"studies/lottery/gone.py": "0" * 16}),
        stage("lottery_same"),
    ]
    assert stale(stages, VALUES) == [
        "lottery_dense (1 job): the setting device is another",
        "lottery_dense (1 job): the setting lottery.chains is gone",
        "lottery_gone (1 job): the code of studies/lottery/gone.py is another",
        "lottery_tables (2 jobs): the code of studies/lottery/tables.py is another",
        "lottery_tables (1 job): the setting lottery.main is another",
    ]


def test_a_file_with_other_bytes_is_named_and_one_that_is_not_there_is_none(tmp_path):
    (tmp_path / "same").write_text("same")
    (tmp_path / "changed").write_text("changed")
    digest = hashlib.sha256(b"same").hexdigest()
    outputs = dict.fromkeys(["same", "changed", "in-the-cache-only"], digest)
    assert changed_files([stage(outputs=outputs)], tmp_path) == [
        "changed: is not the file that lottery_tables wrote"
    ]


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A repository whose laptop results are of its own code and configuration; write it anew."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    monkeypatch.setattr(verify, "ROOT", tmp_path)
    results = tmp_path / "results" / "laptop"
    results.mkdir(parents=True)
    (results / "table.csv").write_text("a\n1\n")
    values = load_configuration(tmp_path / "config", {}).model_dump(mode="json")

    def write(code=CODE, main=values["lottery"]["main"]):
        digest = hashlib.sha256(b"a\n1\n").hexdigest()
        recorded = stage(code=code, cfg={"lottery.main": main, "lottery": values["lottery"]})
        recorded["outputs"] = {"results/laptop/table.csv": digest}
        write_json(results / "provenance.json", {"stages": [recorded, stage("other", cfg={})]})
        return results

    write()
    return write


def test_results_of_the_present_tree_are_said_to_be_so(checkout, capsys):
    assert verify.main([]) == 0
    said = capsys.readouterr().out
    assert said == "results/laptop: 2 jobs; they are those of this code and configuration\n"


@pytest.mark.parametrize("changed", ["code", "recorded", "configured", "file"])
def test_results_of_anything_else_are_named_with_status_1(checkout, capsys, tmp_path, changed):
    if changed == "code":
        expected = "lottery_tables (1 job): the code of studies/lottery/tables.py is another"
        checkout(code=dict.fromkeys(CODE, "0" * 16))
    elif changed == "recorded":
        expected = "lottery_tables (1 job): the setting lottery.main is another"
        checkout(main="resnet")
    elif changed == "configured":
        expected = "lottery_tables (1 job): the setting lottery is another"
        path = tmp_path / "config" / "lottery.yaml"
        path.write_text(path.read_text().replace('seeds: ["0-4"]', 'seeds: ["0-4", "5-9"]'))
    else:
        expected = "results/laptop/table.csv: is not the file that lottery_tables wrote"
        (checkout() / "table.csv").write_text("a\n2\n")
    assert verify.main(["--scale", "laptop"]) == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first == expected
    assert last == "results/laptop: 2 jobs; they are not those of this code and configuration"


@pytest.mark.parametrize(
    ("arguments", "spoilt", "message"),
    [
        (["--scale", "smoke"], None, r"results/smoke/provenance.json is missing"),
        (["--scale", "smok"], None, "did you mean 'smoke'?"),
        ([], "results/laptop/provenance.json", "is not whole JSON"),
        ([], "config/lottery.yaml", "config/lottery.yaml: "),
    ],
)
def test_what_cannot_be_said_is_status_2_and_one_line(
    checkout, capsys, tmp_path, arguments, spoilt, message
):
    if spoilt:
        (tmp_path / spoilt).write_text("{")
    assert verify.main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert message in printed.err
    assert printed.err.startswith("error: ")
    assert printed.err.count("\n") == 1


@pytest.mark.parametrize("content", [[], {}, {"stages": [{"rule": "old"}]}])
def test_a_provenance_of_another_form_is_status_2(checkout, capsys, content):
    write_json(checkout() / "provenance.json", content)
    assert verify.main([]) == 2
    assert "provenance.json" in capsys.readouterr().err


def test_a_setting_that_only_decides_what_is_run_is_compared_too():
    then = {"lottery": {"seeds": ["0-4"], "levels": 3}}
    assert changed_settings(then, {"lottery": {"seeds": ["0-4"], "levels": 3}, "scale": "x"}) == []
    now = {"lottery": {"seeds": ["0-4", "5-9"], "levels": 3}}
    assert changed_settings(then, now) == ["lottery: the setting lottery.seeds is another"]
    gone = changed_settings(then, {})
    assert [line.split()[3] for line in gone] == ["lottery.levels", "lottery.seeds"]
