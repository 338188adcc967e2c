import json
import os

import pytest

from workflow_scripts.core.errors import UserError
from workflow_scripts.operation.verification.places import check_places
from workflow_scripts.operation.verification.stages import inconsistent, lineage, read_stages


def stage(rule, inputs, outputs):
    """A record; files lie in results/, the digest of one is its name unless it is name=digest."""

    def digests(files):
        pairs = (file.partition("=") for file in files.split())
        return {at(name): given or name for name, _, given in pairs}

    return {"rule": rule, "inputs": digests(inputs), "outputs": digests(outputs)}


def at(name):
    return name if "/" in name else f"results/{name}"


DIAMOND = [
    stage("table", "left right", "table"),
    stage("left", "data", "left"),
    stage("right", "data", "right"),
    stage("fetch", "", "data labels"),
    stage("figure", "table", "figure"),
]
LEFTOVER = stage("left", "data", "left-of-seed-9")


def rules(stages):
    return [each["rule"] for each in stages]


def test_the_stages_behind_a_result_are_there_once_and_in_one_order():
    found = lineage(map(at, ["figure", "table"]), DIAMOND)
    assert rules(found) == ["fetch", "figure", "left", "right", "table"]
    assert lineage(map(at, ["table", "figure"]), reversed(DIAMOND)) == found


def test_leftovers_of_other_seeds_are_left_out_and_so_is_what_comes_later():
    assert LEFTOVER not in lineage([at("figure")], [*DIAMOND, LEFTOVER])
    assert rules(lineage([at("left")], [*DIAMOND, LEFTOVER])) == ["fetch", "left"]


def test_nothing_comes_from_nothing():
    assert lineage([], DIAMOND) == []


@pytest.mark.parametrize(("lost", "named"), [(0, "table"), (3, "data"), (4, "figure")])
def test_a_result_without_a_record_is_named(lost, named):
    rest = [each for number, each in enumerate(DIAMOND) if number != lost]
    with pytest.raises(UserError, match=f"^results/{named} has no record of how"):
        lineage([at("figure")], rest)


def test_data_that_were_there_before_need_no_record_and_count_where_there_is_one():
    stages = [stage("dense", "data/digits/SHA256SUMS", "dense")]
    assert rules(lineage([at("dense")], stages)) == ["dense"]
    stages.append(stage("data_digits", "", "data/digits/SHA256SUMS"))
    assert rules(lineage([at("dense")], stages)) == ["data_digits", "dense"]


def test_a_step_that_read_other_bytes_than_were_written_is_named():
    assert inconsistent(DIAMOND) == []
    stages = [*DIAMOND[1:], stage("table", "left=old right", "table")]
    assert inconsistent(stages) == [
        "table: read a different results/left from the one that is there now"
    ]


def test_an_input_that_no_stage_wrote_is_no_contradiction():
    assert inconsistent([stage("table", "left", "table")]) == []


@pytest.fixture
def logs(tmp_path):
    """Write a log, and what Snakemake measured beside it; return the log's path."""

    def write(name, text, measured=None):
        log = tmp_path / "results" / "logs" / "prune" / f"{name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(text)
        if measured is not None:
            benchmark = tmp_path / "results" / "benchmarks" / "prune" / f"{name}.jsonl"
            benchmark.parent.mkdir(parents=True, exist_ok=True)
            benchmark.write_text(measured)
        return log

    return write


def finished(rule):
    return f"said\nrecord: {json.dumps(stage(rule, '', rule))}\n"


def test_records_are_read_with_what_their_jobs_cost(logs):
    measured = {"s": 2.5, "max_rss": 512.0, "h:m:s": "0:00:02"}
    lines = json.dumps({"s": 99}) + "\n" + json.dumps(measured) + "\n"
    (read,) = read_stages([logs("a", finished("prune"), lines)])
    assert read["rule"] == "prune"
    assert (read["seconds"], read["memory_mb"]) == (2.5, 512.0)


@pytest.mark.parametrize("measured", [None, "", "{", '{"s": "NA", "max_rss": null}', '{"s": NaN}'])
def test_what_was_not_measured_is_none(logs, measured):
    (read,) = read_stages([logs("a", finished("prune"), measured)])
    assert [read[key] for key in ("seconds", "memory_mb")] == [None] * 2


def test_logs_of_steps_that_did_not_end_are_left_out_and_the_others_come_in_order(logs, tmp_path):
    paths = [
        logs("c", finished("third")),
        logs("b", "error: no space left\n"),
        logs("d", 'record: {"rule": "cut'),
        tmp_path / "logs" / "missing.log",
        logs("a", finished("first")),
    ]
    os.utime(paths[0], ns=(2, 2))
    os.utime(paths[-1], ns=(1, 1))
    assert rules(read_stages(paths)) == ["first", "third"]
    os.utime(paths[-1], ns=(3, 3))
    assert rules(read_stages(paths)) == ["third", "first"]


def test_folders_that_can_be_written_or_made_pass(tmp_path):
    check_places(tmp_path, tmp_path / "results" / "laptop", tmp_path / "data")
    assert list(tmp_path.iterdir()) == []


def test_a_file_where_a_folder_is_needed_is_named(tmp_path):
    (tmp_path / "results").touch()
    with pytest.raises(UserError, match="results is a file where a folder is needed"):
        check_places(tmp_path / "data", tmp_path / "results" / "laptop")


def test_the_nearest_folder_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    (tmp_path / "closed").mkdir()
    monkeypatch.setattr(
        "workflow_scripts.operation.verification.places.os.access",
        lambda path, mode: path.name != "closed",
    )
    check_places(tmp_path / "open")
    with pytest.raises(UserError, match="closed cannot be written: make it writable"):
        check_places(tmp_path / "open", tmp_path / "closed" / "results" / "laptop")
