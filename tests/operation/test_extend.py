"""Seeds are added up to the next look of open claims, and nothing else in the file changes."""

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.core.code_key import PACKAGE
from workflow_scripts.core.errors import UserError
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.operation import extend
from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.operation.extend import Extension, extensions, with_batches

SETTINGS = {
    "lottery": {"seeds": ["100-104"]},
    "double_descent": {"seeds": ["100-104"], "features": {"seeds": ["100-109"]}},
    "hopfield": {"seeds": ["100-102", "103-109"]},
}


def row(study, claim, next_look, key="seeds"):
    return {"study": study, "claim": claim, "next_look": next_look, "seeds_key": key}


def test_each_list_of_seeds_gets_those_of_the_nearest_look_of_its_open_claims():
    rows = [
        row("lottery", "open", 10),
        row("lottery", "decided", None),
        row("double_descent", "peak", 20, "features.seeds"),
        row("double_descent", "networks", 10),
        row("double_descent", "more", 20),
        row("hopfield", "recall", 20),
    ]
    made = {(each.study, each.key): each for each in extensions(rows, SETTINGS)}
    added = {of: (each.claims, each.look, each.added) for of, each in made.items()}
    assert added == {
        ("double_descent", "features.seeds"): (("peak",), 20, ("110-119",)),
        ("double_descent", "seeds"): (("networks",), 10, ("105-109",)),
        ("hopfield", "seeds"): (("recall",), 20, ("110-116", "117-119")),
        ("lottery", "seeds"): (("open",), 10, ("105-109",)),
    }
    assert made["lottery", "seeds"].batches == ("100-104", "105-109")
    assert extensions([row("lottery", "decided", None)], SETTINGS) == []


def test_seeds_that_are_configured_and_have_not_run_are_not_added_again():
    assert extensions([row("hopfield", "recall", 10)], SETTINGS) == []


@given(st.integers(1, 7), st.integers(0, 50), st.sampled_from([5, 10, 20, 40]))
def test_the_new_list_has_exactly_the_seeds_of_the_look(size, first, look):
    settings = {"s": {"seeds": [f"{first}-{first + size - 1}"]}}
    made = extensions([row("s", "open", look)], settings)
    if look <= size:
        assert made == []
        return
    seeds = [seed for batch in made[0].batches for seed in seeds_of(batch)]
    assert seeds == list(range(first, first + look))


TEXT = """\
# About the study.
plain:
- "0-1"
seeds: ["100-104"]   # batches
features:
  seeds:
    - "100-109"
  widths: [1, 2]
other: {a: 1}
"""


@pytest.mark.parametrize("key", ["seeds", "plain", "features.seeds"])
def test_only_the_list_changes_in_the_file(key):
    new = ["100-104", "105-109"]
    changed = with_batches(TEXT, key, new)
    expected = yaml.safe_load(TEXT)
    *above, last = key.split(".")
    (expected[above[0]] if above else expected)[last] = new
    assert yaml.safe_load(changed) == expected
    assert "# About the study." in changed
    assert "other: {a: 1}\n" in changed


def test_a_list_that_is_not_there_is_named():
    with pytest.raises(UserError, match=r"no list at features\.batches"):
        with_batches(TEXT, "features.batches", ["0-1"])


@pytest.fixture
def repository(tmp_path, monkeypatch):
    (tmp_path / "config").mkdir()
    (tmp_path / "config/lottery.yaml").write_text('seeds: ["100-104"] # five\n')
    (tmp_path / "results/laptop").mkdir(parents=True)
    rows = [row("lottery", "open", 10)]
    (tmp_path / "results/laptop/claims.json").write_text(json.dumps({"claims": rows}))
    monkeypatch.setattr(extend, "ROOT", tmp_path)

    class Loaded:
        def model_dump(self, mode):
            return SETTINGS

    monkeypatch.setattr(extend, "load_configuration", lambda *_: Loaded())
    monkeypatch.setattr(extend, "planned_jobs", lambda _: [])
    runs = []

    class Finished:
        returncode = 0

    def run(command, **_):
        runs.append(command)
        return Finished()

    monkeypatch.setattr(extend.subprocess, "run", run)
    return tmp_path, runs


def test_without_a_yes_nothing_changes(repository, capsys):
    root, runs = repository
    assert extend.main([]) == 0
    assert runs == []
    assert (root / "config/lottery.yaml").read_text() == 'seeds: ["100-104"] # five\n'
    said = capsys.readouterr().out
    assert "lottery: about 0.0 min on 2 cores\n" in said
    assert "    seeds 105-109 (seeds) for the look at 10; open: open\n" in said
    assert "make extend YES=1" in said


@pytest.fixture
def planned(monkeypatch):
    """The settings of a study of the runs that are planned."""
    runs = []

    def planned_jobs(arguments):
        option, scale, settings = arguments
        assert (option, scale) == ("--config", "scale=laptop")
        study, _, text = settings.partition("=")
        runs.append({study: json.loads(text)})
        return []

    monkeypatch.setattr(extend, "planned_jobs", planned_jobs)
    return runs


def test_lists_of_a_study_that_depend_on_each_other_are_planned_together(planned):
    """The regressions of double descent must have all seeds of its networks."""
    settings = {"double_descent": {"seeds": ["9-9"], "regression_seeds": ["9-9"]}}
    rows = [row("double_descent", claim, 5, claim) for claim in ("seeds", "regression_seeds")]
    extend.minutes(extensions(rows, settings), "laptop")
    longer = ["9-9", "10-10", "11-11", "12-12", "13-13"]
    assert planned == [{"double_descent": {"seeds": longer, "regression_seeds": longer}}]
    loaded = load_configuration(PACKAGE.parent / "config", planned[0]).double_descent
    assert loaded.seeds == loaded.regression_seeds


def test_settings_of_nested_lists_are_nested(planned):
    keys = ("seeds", "a.seeds", "a.b.seeds")
    extend.minutes([Extension("lottery", key, (), 5, ("0-4",), ()) for key in keys], "laptop")
    assert planned == [
        {"lottery": {"seeds": ["0-4"], "a": {"seeds": ["0-4"], "b": {"seeds": ["0-4"]}}}}
    ]


def test_with_a_yes_the_seeds_are_added_and_run(repository):
    root, runs = repository
    assert extend.main(["--yes"]) == 0
    assert (root / "config/lottery.yaml").read_text() == 'seeds: ["100-104", "105-109"] # five\n'
    assert [command[1:] for command in runs] == [
        ["-m", "workflow_scripts.operation.run", "--config", "scale=laptop"]
    ]


def test_what_cannot_be_is_one_line(repository, capsys):
    root, _ = repository
    assert extend.main(["unheard-of"]) == 1
    assert "there is no study 'unheard-of'" in capsys.readouterr().err
    (root / "results/laptop/claims.json").unlink()
    assert extend.main([]) == 1
    assert (
        "claims.json is missing: `make reproduce SCALE=laptop` comes first"
        in capsys.readouterr().err
    )
