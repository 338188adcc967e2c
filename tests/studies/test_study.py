"""What every registered study says of itself fits its files, settings and page."""

from pathlib import Path

import pytest

from workflow_scripts.core.errors import UserError
from workflow_scripts.core.settings import Settings
from workflow_scripts.operation.configuration.load import load_configuration, lookup
from workflow_scripts.studies.registry import REGISTERED
from workflow_scripts.studies.study import Study, Tables

ROOT = Path(__file__).resolve().parents[2]
COMMITTED = "config/tables/"
"""A table that is trained once, and read by its digest, is not made by a run."""
SETTINGS = load_configuration(ROOT / "config", {"scale": "laptop"})
VALUES = SETTINGS.model_dump(mode="json")


@pytest.fixture(params=REGISTERED.values(), ids=lambda study: study.name)
def study(request: pytest.FixtureRequest) -> Study:
    return request.param


def test_its_name_is_that_of_its_rules_settings_and_code(study):
    assert (ROOT / f"rules/{study.name}.smk").is_file()
    assert (ROOT / f"config/{study.name}.yaml").is_file()
    assert study.settings.__module__ == f"workflow_scripts.studies.{study.name}.settings"


def test_claims_and_figures_read_tables_that_are_gathered(study):
    for read in (study.claims, study.figures):
        assert set(read.names) <= set(study.tables.names)
        assert len(set(read.names)) == len(read.names)


def test_the_settings_that_it_reads_are_there_and_its_seeds_are_read_by_claims_only(study):
    others = {*study.tables.cfg, *study.figures.cfg}
    for key in {*others, *study.claims.cfg}:
        lookup(VALUES, key)
        assert key.startswith(f"{study.name}.")
    assert not [key for key in others if key.endswith(".seeds")]


def test_what_is_gathered_and_left_behind_lies_in_its_folder(study):
    files = study.files_in(SETTINGS.by_study(), "R", "D")
    gathered = [
        path
        for paths in files.gathered().values()
        for path in ([paths] if isinstance(paths, str) else paths)
    ]
    committed = [path for path in gathered if path.startswith(COMMITTED)]
    assert all((ROOT / path).is_file() for path in committed)
    for paths in (gathered, files.checkpoints()):
        assert paths
        assert len(set(paths)) == len(paths)
        made = [path for path in paths if path not in committed]
        assert all(path.startswith(f"R/{study.name}/checkpoints/") for path in made)


def test_its_page_says_what_it_is_called_and_what_is_drawn(study):
    assert study.title
    assert len(set(study.drawings)) == len(study.drawings) > 0


def test_no_two_have_the_same_title():
    assert len({study.title for study in REGISTERED.values()}) == len(REGISTERED)


def test_a_study_without_a_page_is_an_error_in_one_line():
    gone = Study("gone", Settings, lambda *_: None, Tables(()), Tables(()), Tables(()))
    with pytest.raises(UserError, match=r"studies/gone/page\.yaml is missing"):
        assert gone.title


def test_settings_are_checked_against_those_of_the_studies_that_are_used():
    seen = []
    used = REGISTERED["lottery"]
    user = Study(
        name="user",
        settings=Settings,
        files=lambda *_: None,
        tables=Tables(()),
        claims=Tables(()),
        figures=Tables(()),
        uses=(used,),
        check=lambda *settings: seen.append(settings),
    )
    user.check_in({"user": "ours", "lottery": "theirs", "hopfield": "nobody's"})
    used.check_in({})  # it uses none
    assert seen == [("ours", "theirs")]
