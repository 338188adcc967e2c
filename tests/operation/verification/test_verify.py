import hashlib
import re
import shutil
from pathlib import Path

import pytest

from workflow_scripts.core.artifacts.atomic import write_json
from workflow_scripts.core.code_key import code_keys, kinds_in
from workflow_scripts.core.settings import spare
from workflow_scripts.operation.configuration.load import load_configuration, lookup
from workflow_scripts.operation.configuration.run import Run
from workflow_scripts.operation.verification import verify
from workflow_scripts.operation.verification.rules import from_rules
from workflow_scripts.operation.verification.today import from_settings, stale
from workflow_scripts.operation.verification.verify import changed_files, changed_settings

ROOT = Path(__file__).resolve().parents[3]
CODE = code_keys("studies/lottery/tables.py")
SETTINGS = load_configuration(ROOT / "config", {"scale": "smoke"})
CFG = {"lottery.main": SETTINGS.lottery.main, "device": SETTINGS.device}


def stage(rule="lottery_tables", code=CODE, cfg=CFG, outputs=None, **params):
    return {
        "rule": rule,
        "wildcards": {},
        "params": {"code": code, "cfg": cfg, **params},
        "identity": "0" * 64,
        "outputs": outputs or {},
        "inputs": {},
    }


def test_stages_of_the_present_tree_are_not_stale():
    claims = code_keys("studies/lottery/claims.py", documented=True)
    without = stage()
    del without["params"]["cfg"]
    assert stale([stage(), stage(code=claims), without], from_settings(SETTINGS)) == []


def test_the_key_of_a_stage_is_that_of_the_kinds_in_its_settings():
    key = "lottery.chains.lenet.network"
    cfg = {key: lookup(SETTINGS, key)}
    dense = code_keys("studies/lottery/dense.py", kinds=kinds_in(cfg))
    today = from_settings(SETTINGS)
    assert stale([stage("lottery_dense", dense, cfg)], today) == []
    residual = {key: lookup(SETTINGS, "lottery.chains.resnet.network")}
    assert stale([stage("lottery_dense", dense, residual)], today) == [
        "lottery_dense (1 job): the code of studies/lottery/dense.py has changed",
        f"lottery_dense (1 job): the setting {key} has changed",
    ]


def test_how_published_files_were_fetched_is_no_reason():
    """Another source, other code: their content is checked, and is the same."""
    fetched = {"data.fashion-mnist": {"kind": "fashion-mnist", "sources": ["debian"]}}
    made = {"data.mnist-1d": {"kind": "mnist-1d", "train": 3}}
    other = dict.fromkeys(code_keys("learning/data/fetch.py"), "0" * 16)
    today = from_settings(SETTINGS)
    assert stale([stage("data_fashion_mnist", other, fetched)], today) == []
    generated = stage("data_mnist_1d", code_keys("learning/data/generate.py"), made)
    assert "the setting data.mnist-1d has changed" in stale([generated], today)[-1]


def test_a_run_is_verified_with_the_configuration_file_it_was_given(tmp_path):
    mine = tmp_path / "mine.yaml"
    mine.write_text("name: mine\nlottery: {needles: {survivors: 1234}}\n")
    settings = Run("smoke", (mine,)).settings
    assert settings.run == "mine"
    assert settings.by_study()["lottery"].needles.survivors == 1234
    assert settings.scale == "smoke"
    assert Run("smoke").settings.run == "smoke"
    mine.write_text("name: mine\nscale: smoke\n")
    assert Run(None, (mine,)).settings.scale == "smoke"  # which nobody need say again


def test_each_reason_is_one_line_a_rule_with_the_number_of_its_jobs():
    other = dict.fromkeys(CODE, "0" * 16)
    stages = [
        stage(code=other),
        stage(code=other, cfg={"lottery.main": "resnet"}),
        stage("lottery_dense", cfg={"lottery.gone": {}, "device": "none"}),
        stage("lottery_gone", code={"studies/lottery/gone.py": "0" * 16}),
        stage("lottery_same"),
    ]
    assert stale(stages, from_settings(SETTINGS)) == [
        "lottery_dense (1 job): the setting device has changed",
        "lottery_dense (1 job): the setting lottery.gone no longer exists",
        "lottery_gone (1 job): the code of studies/lottery/gone.py has changed",
        "lottery_tables (2 jobs): the code of studies/lottery/tables.py has changed",
        "lottery_tables (1 job): the setting lottery.main has changed",
    ]


def test_a_setting_on_record_may_be_at_its_default_or_not():
    key = "lottery.chains.lenet.training"
    now = lookup(SETTINGS, key)
    today = from_settings(SETTINGS)
    assert stale([stage(cfg={key: now})], today) == []
    assert stale([stage(cfg={key: now | {"decay": 0.2}})], today) == [
        f"lottery_tables (1 job): the setting {key} has changed"
    ]


@pytest.fixture(scope="module")
def today():
    """What settings, code and rules of this tree give."""
    return from_rules(Run("smoke", (), ROOT))


@pytest.mark.parametrize(
    ("rule", "wildcards", "name", "now"),
    [
        ("lottery_control", {"chain": "lenet", "level": "1", "seeds": "0-1"}, "arms", None),
        (
            "hopfield_capacity",
            {"size": str(SETTINGS.hopfield.capacity.networks[0].size)},
            "loads",
            list(SETTINGS.hopfield.capacity.networks[0].loads),
        ),
    ],
)
def test_parameters_outside_the_settings_are_compared_too(today, rule, wildcards, name, now):
    now = today(stage(rule) | {"wildcards": wildcards})[name] if now is None else now
    same = stage(rule, **{name: now}) | {"wildcards": wildcards}
    other = stage(rule, **{name: [now]}) | {"wildcards": wildcards}
    assert stale([same], today) == []
    assert stale([other], today) == [f"{rule} (1 job): the parameter {name} has changed"]


def test_the_folder_of_the_data_may_be_another(today):
    assert stale([stage("lottery_dense", data="/elsewhere")], today) == []


def test_a_job_whose_wildcards_stand_for_nothing_any_more_is_compared_by_the_rest(today):
    gone = stage("hopfield_capacity", loads=[1.0]) | {"wildcards": {"size": "7"}}
    assert stale([gone], today) == []


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
    for folder in ("config", "rules", "workflow_scripts"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "Snakefile", tmp_path)
    monkeypatch.setattr(verify, "ROOT", tmp_path)
    results = tmp_path / "results" / "laptop"
    results.mkdir(parents=True)
    (results / "table.csv").write_text("a\n1\n")
    lottery = load_configuration(tmp_path / "config", {}).lottery

    def write(code=CODE, main=lottery.main):
        digest = hashlib.sha256(b"a\n1\n").hexdigest()
        recorded = stage(code=code, cfg={"lottery.main": main, "lottery": spare(lottery)})
        recorded["outputs"] = {"results/laptop/table.csv": digest}
        write_json(results / "provenance.json", {"stages": [recorded, stage("other", cfg={})]})
        return results

    write()
    return write


def test_results_of_the_present_tree_are_said_to_be_so(checkout, capsys):
    assert verify.main([]) == 0
    said = capsys.readouterr().out
    assert said == "results/laptop: 2 jobs; they match this code and configuration\n"


@pytest.mark.parametrize("changed", ["code", "recorded", "configured", "file"])
def test_results_of_anything_else_are_named_with_status_1(checkout, capsys, tmp_path, changed):
    if changed == "code":
        expected = "lottery_tables (1 job): the code of studies/lottery/tables.py has changed"
        checkout(code=dict.fromkeys(CODE, "0" * 16))
    elif changed == "recorded":
        expected = "lottery_tables (1 job): the setting lottery.main has changed"
        checkout(main="resnet")
    elif changed == "configured":
        expected = "lottery_tables (1 job): the setting lottery has changed"
        path = tmp_path / "config" / "lottery.yaml"
        path.write_text(re.sub(r"survivors: \d+", "survivors: 1", path.read_text()))
    else:
        expected = "results/laptop/table.csv: is not the file that lottery_tables wrote"
        (checkout() / "table.csv").write_text("a\n2\n")
    assert verify.main(["--scale", "laptop"]) == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first == expected
    assert last == "results/laptop: 2 jobs; they do not match this code and configuration"


@pytest.mark.parametrize(
    ("arguments", "spoilt", "message"),
    [
        (["--scale", "smoke"], None, r"results/smoke/provenance.json is missing"),
        (["--scale", "smok"], None, "did you mean 'smoke'?"),
        ([], "results/laptop/provenance.json", "is not complete JSON"),
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


def without_identity():
    return {name: part for name, part in stage().items() if name != "identity"}


@pytest.mark.parametrize(
    "content", [[], {}, {"stages": [{"rule": "old"}]}, {"stages": [without_identity()]}]
)
def test_a_provenance_of_another_form_is_status_2(checkout, capsys, content):
    write_json(checkout() / "provenance.json", content)
    assert verify.main([]) == 2
    assert "provenance.json" in capsys.readouterr().err


def test_a_setting_that_only_decides_what_is_run_is_compared_too():
    then = {"lottery": SETTINGS.lottery.model_dump(mode="json")}
    assert changed_settings(then, SETTINGS) == []
    assert changed_settings({"lottery": spare(SETTINGS.lottery)}, SETTINGS) == []
    then["lottery"]["seeds"] = ["7-9"]
    assert changed_settings(then, SETTINGS) == ["lottery: the setting lottery.seeds has changed"]
    then["lottery"]["gone"] = 1
    assert "lottery: the setting lottery.gone has changed" in changed_settings(then, SETTINGS)
