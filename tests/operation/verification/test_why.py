import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from workflow_scripts.core.code_key import code_key, code_keys, hashed, kinds_in, sources
from workflow_scripts.core.errors import UserError
from workflow_scripts.core.record import RECORD
from workflow_scripts.operation.configuration.load import load_configuration, lookup
from workflow_scripts.operation.verification import why
from workflow_scripts.operation.verification.kept_code import keep_code, kept_code
from workflow_scripts.operation.verification.why import lines_of, stages_at, stages_of

ROOT = Path(__file__).resolve().parents[3]
TABLES = "studies/lottery/tables.py"
DEFINITION = f"{TABLES}:main"
CFG = {"lottery.main": "lenet"}


class Params(dict):
    __getattr__ = dict.__getitem__


def job(code, log, cfg=None):
    return SimpleNamespace(params=Params(code=code, cfg=cfg or {}), log=[str(log)])


def before(edit, name=TABLES):
    """The key, and the code, of a tree that an edit of `sources` leads back to."""
    then = edit(dict(sources(name, frozenset())))
    return {name: hashed(then)}, then


@pytest.fixture
def results(tmp_path, monkeypatch):
    """A repository; call it to write the record of a finished job, and the code that made it."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    monkeypatch.setattr(why, "ROOT", tmp_path)

    def finish(rule, code, then=None, cfg=None, inputs=(), exists=True):
        output = f"results/laptop/lottery/{rule}.csv"
        log = tmp_path / "results/laptop/lottery/logs" / rule / "all.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        record = {
            "rule": rule,
            "wildcards": {},
            "params": {"code": code, "cfg": cfg or {}},
            "inputs": dict.fromkeys(inputs, "0"),
            "outputs": {output: "0"},
        }
        log.write_text(f"{RECORD}{json.dumps(record)}\n")
        if exists:
            (tmp_path / output).touch()
        if then is not None:
            keep(log, then)
        return output

    def keep(log, then):
        with pytest.MonkeyPatch.context() as patch:
            kept = "workflow_scripts.operation.verification.kept_code.sources"
            patch.setattr(kept, lambda name, kinds: then)
            keep_code([job({TABLES: hashed(then)}, log)])

    return finish


def printed(capsys, *arguments):
    status = why.main(list(arguments))
    return status, capsys.readouterr().out.splitlines()


def test_where_nothing_moved_it_says_so(results, capsys):
    results("lottery_tables", code_keys(TABLES))
    said = "nothing has changed: 1 jobs match this code and configuration"
    assert printed(capsys) == (0, [said])


def test_an_edited_definition_is_named_with_the_lines_that_differ(results, capsys):
    def edit(code):
        lines = code[DEFINITION].splitlines()
        return code | {DEFINITION: "\n".join([lines[0], "    edited = 1", *lines[1:]])}

    code, then = before(edit)
    results("lottery_tables", code, then)
    results("lottery_other", code)
    now = sources(TABLES, frozenset())[DEFINITION].splitlines()
    assert printed(capsys) == (
        1,
        [
            f"{DEFINITION} has changed",
            "    concerns lottery_other (1), lottery_tables (1)",
            f"     {now[0]}",
            "    -    edited = 1",
            f"     {now[1]}",
        ],
    )


@pytest.mark.parametrize(
    ("edit", "line"),
    [
        (lambda code: {k: v for k, v in code.items() if k != DEFINITION}, f"{DEFINITION} is new"),
        (lambda code: code | {"core/old.py:gone": "x = 1"}, "core/old.py:gone is gone"),
        (lambda code: code | {"libraries": "torch"}, "libraries has changed"),
        (
            lambda code: dict(sorted(code.items(), reverse=True)),
            f"code of {TABLES}: modules are imported in a different order",
        ),
    ],
)
def test_what_else_may_have_moved_in_the_code(results, capsys, edit, line):
    code, then = before(edit)
    results("lottery_tables", code, then)
    status, lines = printed(capsys)
    assert status == 1
    assert lines[0] == line


def test_a_long_diff_is_cut_short(results, capsys):
    code, then = before(lambda code: code | {DEFINITION: "\n".join(map(str, range(100)))})
    results("lottery_tables", code, then)
    lines = printed(capsys)[1]
    assert lines[-1].startswith("    … and ")
    assert len(lines) == 2 + why.SHOWN + 1


def test_code_that_was_not_kept_is_named_by_its_script(results, capsys):
    results("lottery_tables", {TABLES: "0" * 16})
    results("lottery_gone", {"studies/lottery/gone.py": "0" * 16})
    lines = printed(capsys)[1]
    assert f"code of {TABLES} has changed; its earlier text is not on record" in lines
    assert any(line.startswith("code of studies/lottery/gone.py: ") for line in lines)


def test_a_setting_is_named_by_its_path_with_both_values(results, capsys):
    pruning = lookup(load_configuration(ROOT / "config", {}), "lottery.chains.lenet.pruning")
    cfg = {"lottery.chains.lenet.pruning": pruning | {"keep": 0.123}, "lottery.old": 1}
    results("lottery_tables", code_keys(TABLES, kinds=kinds_in(cfg)), cfg=cfg)
    assert printed(capsys)[1] == [
        "setting lottery.chains.lenet.pruning.keep has changed",
        "    concerns lottery_tables (1)",
        "    - 0.123",
        f"    + {pruning['keep']}",
        "setting lottery.old no longer exists",
        "    concerns lottery_tables (1)",
    ]


def test_an_output_that_is_gone_and_an_input_that_is_another_are_said(results, capsys):
    first = results("lottery_dense", code_keys(TABLES), exists=False)
    log = why.ROOT / "results/laptop/lottery/logs/lottery_dense/all.log"
    log.write_text(log.read_text().replace(f'"{first}": "0"', f'"{first}": "1"'))
    results("lottery_tables", code_keys(TABLES), inputs=[first])
    assert printed(capsys)[1] == [
        f"{first} is missing",
        "    concerns lottery_dense (1)",
        f"lottery_tables: read a different {first} from the one that is there now",
    ]


def test_a_target_is_a_file_or_a_rule_with_all_that_it_comes_from(results, capsys):
    old = {TABLES: "0" * 16}
    first = results("lottery_dense", code_keys(TABLES))
    second = results("lottery_level", old, inputs=[first])
    results("lottery_tables", code_keys(TABLES), inputs=[second])
    assert printed(capsys, first)[0] == 0
    assert printed(capsys, "lottery_dense")[0] == 0
    for target in (second, f"./{second}", "lottery_level", "lottery_tables"):
        status, lines = printed(capsys, target)
        assert status == 1
        assert lines[1] == "    concerns lottery_level (1)"
    assert why.main(["lottery_tabels"]) == 2
    assert "did you mean 'lottery_tables'?" in capsys.readouterr().err


def test_the_kinds_are_those_of_the_recorded_settings(results, capsys):
    network = "lottery.chains.lenet.network"
    cfg = {network: lookup(load_configuration(ROOT / "config", {}), network)}
    dense = code_keys("studies/lottery/dense.py", kinds=kinds_in(cfg))
    assert dense != code_keys("studies/lottery/dense.py")
    results("lottery_dense", dense, cfg=cfg)
    assert printed(capsys)[0] == 0


def test_the_newest_record_of_a_file_counts(results, capsys, tmp_path):
    results("lottery_tables", {TABLES: "0" * 16})
    renamed = tmp_path / "results/laptop/lottery/logs/renamed"
    old = tmp_path / "results/laptop/lottery/logs/lottery_tables/all.log"
    record = json.loads(old.read_text().removeprefix(RECORD))
    record["params"]["code"] = code_keys(TABLES)
    renamed.mkdir()
    (renamed / "all.log").write_text(RECORD + json.dumps(record | {"rule": "renamed"}))
    assert [stage["rule"] for stage in stages_at("laptop", tmp_path)] == ["renamed"]
    assert printed(capsys)[0] == 0


def test_without_logs_the_provenance_counts(results, capsys, tmp_path):
    stage = {
        "rule": "a",
        "wildcards": {},
        "params": {"code": {TABLES: "0" * 16}},
        "identity": "0" * 64,
        "inputs": {},
        "outputs": {"x": ""},
    }
    folder = tmp_path / "results/laptop"
    folder.mkdir(parents=True)
    (folder / "provenance.json").write_text(json.dumps({"stages": [stage]}))
    assert "x is missing" in printed(capsys)[1]
    (folder / "provenance.json").unlink()
    assert why.main([]) == 2
    assert "provenance.json is missing" in capsys.readouterr().err


def test_a_wrong_target_without_any_record_is_one_line():
    with pytest.raises(
        UserError, match="tables is neither a recorded file nor a rule that wrote one"
    ):
        stages_of(["tables"], [])


def test_nothing_is_printed_of_no_stages(tmp_path):
    settings = load_configuration(ROOT / "config", {})
    assert list(lines_of([], settings, tmp_path)) == []


def test_code_is_kept_beside_the_logs_once(tmp_path):
    log = tmp_path / "results/smoke/lottery/logs/dense/a.log"
    code = code_keys(TABLES)
    keep_code([job(code, log), job(code, log.with_name("b.log"))])
    (file,) = tmp_path.rglob("*.gz")
    assert file == tmp_path / f"results/smoke/lottery/logs/keys/{code[TABLES]}.json.gz"
    first = file.read_bytes(), file.stat().st_mtime_ns
    keep_code([job(code, log)])
    assert (file.read_bytes(), file.stat().st_mtime_ns) == first
    assert kept_code(tmp_path / "results", code[TABLES]) == sources(TABLES, frozenset())
    file.unlink()
    keep_code([job(code, log)])
    assert file.read_bytes() == first[0]


def test_only_the_code_of_a_key_is_kept_under_it(tmp_path):
    log = tmp_path / "results/smoke/logs/a.log"
    keep_code([job({TABLES: "0" * 16}, log), SimpleNamespace(params=Params(), log=[])])
    assert not list(tmp_path.rglob("*.gz"))


def test_the_code_of_a_job_is_that_of_its_kinds(tmp_path):
    script, cfg = "studies/lottery/dense.py", {"network": {"kind": "mlp"}}
    code = code_keys(script, kinds=kinds_in(cfg))
    keep_code([job(code, tmp_path / "logs/a.log", cfg)])
    kept = kept_code(tmp_path, code[script])
    assert hashed(kept) == code[script] == code_key(script, kinds=kinds_in(cfg))
    assert not [name for name in kept if "residual" in name]


@pytest.mark.parametrize("content", [b"", b"no gzip", b"\x1f\x8b\x08\x00"])
def test_kept_code_that_is_damaged_is_no_code(tmp_path, content):
    file = tmp_path / "logs/keys/0123456789abcdef.json.gz"
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    assert kept_code(tmp_path, "0123456789abcdef") is None
    assert kept_code(tmp_path, "none") is None
