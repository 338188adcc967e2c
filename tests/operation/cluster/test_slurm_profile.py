"""The profile that is shipped: what a user edits, and what must stay."""

import re
from pathlib import Path

import yaml

from workflow_scripts.operation.plan.profile import limit_of

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "profiles/slurm/config.yaml").read_text()
PROFILE = yaml.safe_load(TEXT)


def test_memory_and_time_grow_with_each_attempt():
    asked = PROFILE["default-resources"]
    for key in ("mem_mb", "runtime"):
        first, second, tenth = (eval_expression(asked[key], attempt) for attempt in (1, 2, 10))
        assert first < second <= tenth
    assert eval_expression(asked["runtime"], 10) == 1440


def eval_expression(text, attempt):
    """The value of one of the profile's few kinds of expression."""
    capped = re.fullmatch(r"min\((\d+) \* attempt, (\d+)\)", text)
    if capped:
        return min(int(capped[1]) * attempt, int(capped[2]))
    return int(re.fullmatch(r"(\d+) \* attempt", text)[1]) * attempt


def test_each_rule_that_needs_something_else_exists():
    rules = "".join(path.read_text() for path in (ROOT / "rules").glob("*.smk"))
    assert len(PROFILE["set-resources"]) > 40
    for name in PROFILE["set-resources"]:
        assert f"rule {name}:" in rules


def test_no_request_exceeds_the_limit_and_each_grows_with_the_attempt():
    limit = limit_of(TEXT)
    for name, asked in PROFILE["set-resources"].items():
        first, second = (eval_expression(asked["mem_mb"], attempt) for attempt in (1, 2))
        assert 2000 <= first < second, name
        if "runtime" in asked:
            first, last = (eval_expression(asked["runtime"], attempt) for attempt in (1, 1000))
            assert first <= last == limit, name


def test_what_was_found_to_hang_is_not_used():
    assert PROFILE["slurm-status-command"] == "squeue"
    assert PROFILE["slurm-requeue"] is True
    assert not [key for key in PROFILE if key.startswith(("slurm-array", "group"))]


def test_retries_are_nowhere_else():
    """In a rule they count within a job as well: with the memory of the first attempt."""
    assert PROFILE["retries"] == 3
    for path in (ROOT / "rules").glob("*.smk"):
        assert "retries:" not in path.read_text()


def test_all_that_a_user_may_set_is_in_the_first_part():
    first, _ = TEXT.split("# ---- Tested settings")
    for key in ("slurm_partition", "slurm_account", "qos", "constraint", "gpu", "gres"):
        assert re.search(rf"(?m)^  (# )?{key}: ", first), key
