import json

import pytest

from workflow_scripts.core.errors import UserError
from workflow_scripts.operation.arguments import understood, with_progress


def settings(arguments):
    """The settings of a command line of Snakemake's, whose values are YAML."""
    given = arguments[arguments.index("--config") + 1 :]
    return dict(entry.split("=", 1) for entry in given)


def test_what_snakemake_understands_is_left_as_it_is():
    for given in (["-n"], ["lottery", "--cores", "2"], ["-n", "--config", "scale=smoke"]):
        assert understood(given) == given


def test_dotted_settings_are_written_out_and_merged():
    given = ["--config", "scale=smoke", "lottery.chains.lenet.training.steps=500", "-n"]
    given += ["--config", "lottery.chains.lenet.levels=3", "lottery={main: lenet}"]
    kept = understood(given)
    assert kept[:2] == ["-n", "--config"]
    found = settings(kept)
    assert found["scale"] == "smoke"
    chains = {"lenet": {"training": {"steps": 500}, "levels": 3}}
    assert json.loads(found["lottery"]) == {"chains": chains, "main": "lenet"}


def test_lists_and_words_keep_their_kind():
    kept = understood(["--config", 'lottery.seeds=["0-1"]', "lottery.main=lenet"])
    assert json.loads(settings(kept)["lottery"]) == {"seeds": ["0-1"], "main": "lenet"}


def test_a_target_after_config_is_told_its_place():
    with pytest.raises(UserError) as error:
        understood(["-n", "--config", "scale=smoke", "hopfield"])
    assert "write `snakemake hopfield -n --config scale=smoke`" in str(error.value)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("hopfeld", ["--config hopfeld=…", "did you mean 'hopfield'?"]),
        ("a..b=1", ["write --config key=value"]),
        ("x=1", ["unknown key"]),
        ("lottery.main=[", ["not YAML"]),
    ],
)
def test_a_setting_that_is_none_is_told_what_to_write(entry, words):
    with pytest.raises(UserError) as error:
        understood(["--config", entry])
    for word in words:
        assert word in str(error.value)
    assert "\n" not in str(error.value)


def test_a_run_shows_its_progress_and_a_question_does_not():
    assert with_progress(["lottery"]) == ["lottery", "--logger", "nice"]
    for question in (["-n"], ["--list"], ["--logger=rich"], ["--report", "x.html"]):
        assert with_progress(question) == question
