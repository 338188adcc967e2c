"""What was counted is kept, and only for the same code."""

import pytest

from workflow_scripts.operation.plan import kept as module
from workflow_scripts.operation.plan.kept import kept, once

CFG = {"a.steps": 3}


@pytest.fixture
def fresh(monkeypatch):
    """A process that has counted nothing yet; call it for another one."""

    def begin():
        monkeypatch.setattr(module, "_numbers", {})

    begin()
    return begin


def count(*numbers):
    return lambda: list(numbers)


def never():
    pytest.fail("it was counted again")


def test_jobs_that_differ_in_their_seeds_only_are_counted_once(fresh):
    assert once("work", "s_train", CFG, {"seeds": "0-4"}, count(1)) == [1]
    assert once("work", "s_train", CFG, {"seeds": "5-9"}, never) == [1]
    assert once("work", "s_train", CFG, {"seeds": "0-1"}, count(2)) == [2]
    assert once("memory", "s_train", CFG, {"seeds": "0-4"}, count(3)) == [3]


def test_another_plan_begins_with_what_was_counted(fresh, tmp_path):
    path = tmp_path / "folder/counted.json"
    with kept(path):
        once("work", "s_train", CFG, {}, count(1.5, 2))
    fresh()
    with kept(path):
        assert once("work", "s_train", CFG, {}, never) == [1.5, 2]


def test_other_code_counts_anew(fresh, tmp_path, monkeypatch):
    path = tmp_path / "counted.json"
    with kept(path):
        once("work", "s_train", CFG, {}, count(1))
    fresh()
    monkeypatch.setattr(module, "_digest", lambda: "other")
    with kept(path):
        assert once("work", "s_train", CFG, {}, count(2)) == [2]


def test_a_broken_file_is_as_none(fresh, tmp_path):
    path = tmp_path / "counted.json"
    path.write_text("{")
    with kept(path):
        assert once("work", "s_train", CFG, {}, count(1)) == [1]
