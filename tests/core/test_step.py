import hashlib
import json
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from workflow_scripts.core.arithmetic import PINNED
from workflow_scripts.core.code_key import PACKAGE, code_keys
from workflow_scripts.core.errors import UserError
from workflow_scripts.core.identity import identity
from workflow_scripts.core.record import RECORD, read_record
from workflow_scripts.core.step import INTERRUPTED

ROOT = Path(__file__).resolve().parents[2]
CODE = code_keys("studies/lottery/tables.py")
STEP = f"""
import os, sys, time
from pathlib import Path
from types import SimpleNamespace
from workflow_scripts.core.errors import UserError
from workflow_scripts.core.step import run

class Params(dict):
    __getattr__ = dict.__getitem__

class Job(SimpleNamespace):
    @property
    def params(self):  # another object each time, as Snakemake's
        return Params(self.given)

__file__ = {str(PACKAGE / "studies/lottery/tables.py")!r}
__real_file__ = "script-copy"
snakemake = Job(
    rule="lottery_prune",
    wildcards={{"chain": "lenet", "level": "2"}},
    given=dict(code={CODE!r}, cfg={{"lottery.main": "lenet", "device": "cpu"}}, arms=["ones"]),
    input=["in.csv"],
    output=["out.csv"],
    log=["logs/deep/prune.log"],
    threads=1,
)

def main(snakemake):
    Path("out.csv").write_text(Path("in.csv").read_text().upper())
"""


@pytest.fixture
def step(tmp_path):
    """Run a step whose `main` ends with `body`; return the process and its log."""
    (tmp_path / "in.csv").write_text("a,b\n")
    (tmp_path / "script-copy").touch()

    def launch(body, call="run(main)"):
        script = f"{STEP}{textwrap.indent(body, '    ')}\n{call}\n"
        return subprocess.Popen(
            [sys.executable, "-c", script],
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT), **PINNED},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(body, call="run(main)"):
        process = launch(body, call)
        process.out, process.err = process.communicate()
        return process, log_of(tmp_path)

    run.launch = launch
    return run


def log_of(folder):
    return folder / "logs" / "deep" / "prune.log"


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_step_that_succeeds_leaves_its_record_as_the_last_line_of_its_log(step):
    process, log = step(
        "print('said'); os.system('echo by a child'); snakemake.params.cfg['device']"
    )
    assert (process.returncode, process.out, process.err) == (0, "", "")
    lines = log.read_text().splitlines()
    assert {"said", "by a child"} <= set(lines)
    assert lines[-1].startswith(RECORD)
    assert json.loads(lines[-1].removeprefix(RECORD)) == read_record(log)
    record = read_record(log)
    assert record["rule"] == "lottery_prune"
    assert record["wildcards"] == {"chain": "lenet", "level": "2"}
    cfg = {"lottery.main": "lenet", "device": "cpu"}
    assert record["params"] == {"code": CODE, "cfg": cfg, "arms": ["ones"]}
    assert record["unread"] == ["lottery.main"]
    parts = (record[part] for part in ("rule", "wildcards", "params", "inputs"))
    assert record["identity"] == identity(*parts)
    assert record["inputs"] == {"in.csv": digest("a,b\n")}
    assert record["outputs"] == {"out.csv": digest("A,B\n")}
    assert (record["device"], record["threads"]) == ("cpu", 1)
    assert record["versions"].keys() == {"numpy", "pandas", "safetensors", "snakemake"}
    assert record["python"] == ".".join(map(str, sys.version_info[:3]))
    assert record["work_seconds"] >= 0
    assert 0.01 < record["cpu_seconds"] < 60  # the start of Python counts


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_line_that_was_not_ended_does_not_hide_the_record(step, stream):
    process, log = step(f"sys.{stream}.write('99 %'); sys.{stream}.flush()")
    assert process.returncode == 0
    assert read_record(log)["rule"] == "lottery_prune"
    assert log.read_text().splitlines()[-1].startswith(RECORD)


def test_a_fault_of_the_users_is_one_line_and_status_1(step):
    process, log = step("raise UserError('in.csv is empty: fetch it again')")
    assert process.returncode == 1
    assert log.read_text() == "error: in.csv is empty: fetch it again\n"


def test_a_fault_of_ours_keeps_its_traceback(step):
    process, log = step("raise ValueError('ours')")
    assert process.returncode == 1
    text = log.read_text()
    assert "Traceback (most recent call last)" in text
    assert text.endswith("ValueError: ours\n")


def test_too_little_memory_is_said_in_one_line(step):
    process, log = step("raise MemoryError")
    assert process.returncode == 1
    assert log.read_text() == "error: out of memory: request more mem_mb or a smaller ensemble\n"


def test_ctrl_c_ends_with_its_status_and_one_line(step, tmp_path):
    process = step.launch("Path('ready').touch()\ntime.sleep(60)")
    while not (tmp_path / "ready").exists():
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert process.returncode == INTERRUPTED == 130
    text = log_of(tmp_path).read_text()
    assert text == "interrupted: run the same command again to continue\n"


@pytest.mark.parametrize(
    "body",
    ["raise UserError('x')", "raise ValueError", "raise KeyboardInterrupt", "raise MemoryError"],
)
def test_a_step_that_did_not_end_leaves_no_record_not_even_the_one_before(step, body):
    step("pass")
    process, log = step(body)
    assert process.returncode != 0
    with pytest.raises(UserError, match=r"prune\.log holds no record of a finished step"):
        read_record(log)


def test_a_step_whose_output_is_missing_leaves_no_record(step):
    process, log = step("os.remove('out.csv')")
    assert process.returncode == 1
    with pytest.raises(UserError, match="no record"):
        read_record(log)


def test_a_step_that_talks_to_the_user_stays_in_the_terminal(step):
    process, log = step("print('✓ supported')", "run(main, quiet=False)")
    assert (process.returncode, process.out, process.err) == (0, "✓ supported\n", "")
    assert not log.exists()
    process, _ = step("raise UserError('lost')", "run(main, quiet=False)")
    assert (process.returncode, process.err) == (1, "error: lost\n")


def test_a_rule_without_log_runs_without_record(step):
    process, log = step("print('said')", "snakemake.log = []\nrun(main)")
    assert (process.returncode, process.out) == (0, "said\n")
    assert not log.exists()


@pytest.mark.thorough
def test_with_torch_the_record_says_so_and_its_threads_are_set(step):
    process, log = step("print(torch.get_num_threads())", "import torch\nrun(main)")
    assert process.returncode == 0, log.read_text()
    assert log.read_text().splitlines()[0] == "1"
    assert "torch" in read_record(log)["versions"]


def test_a_missing_log_is_named(tmp_path):
    with pytest.raises(UserError, match=r"prune\.log is missing"):
        read_record(tmp_path / "prune.log")


@pytest.mark.parametrize("content", ["", "record: ", 'record: {"rule": "a"', "said\n\xff"])
def test_a_log_that_was_cut_short_has_no_record(tmp_path, content):
    log = tmp_path / "prune.log"
    log.write_text(content, encoding="latin-1")
    with pytest.raises(UserError, match=r"prune\.log holds no record"):
        read_record(log)


def test_code_that_is_not_that_of_the_rules_key_is_refused(step):
    other = dict.fromkeys(CODE, "0" * 16)
    process, log = step("print('ran')", f"snakemake.given['code'] = {other!r}\nrun(main)")
    assert process.returncode == 1
    assert log.read_text().startswith("error: the code changed while this ran (")
    assert log.read_text().endswith("tables.py): run the same command again\n")


def test_the_identity_is_of_the_inputs_as_they_were_at_the_start(step):
    _, log = step("Path('in.csv').write_text('changed')")
    assert read_record(log)["inputs"] == {"in.csv": digest("a,b\n")}
