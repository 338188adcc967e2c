"""Keys of earlier starts are those that would be computed, and never of other code."""

import json
import shutil

import pytest

from workflow_scripts.core.code_key import PACKAGE, code_keys, kinds_in
from workflow_scripts.core.errors import UserError
from workflow_scripts.core.reach.package import Package
from workflow_scripts.operation.verification import known_keys
from workflow_scripts.operation.verification.known_keys import KEPT, KnownKeys

KINDS = kinds_in({"training": {"optimiser": {"kind": "sgd"}}, "sample": {"dataset": "mnist-1d"}})
SCRIPTS = (
    ("studies/lottery/level.py", (), KINDS, False),
    ("studies/lottery/level.py", (), frozenset(), False),
    ("studies/lottery/claims.py", (), frozenset(), True),
    ("evidence/report/page.py", ("evidence/report/style.css",), frozenset(), False),
)


@pytest.fixture
def start(tmp_path, monkeypatch):
    """What a start of Snakemake has: keys kept in one folder, and a package read anew."""

    def again(root=PACKAGE):
        now = Package(root)
        monkeypatch.setattr(known_keys, "package", lambda _: now)
        return KnownKeys(tmp_path / "keys")

    return again


@pytest.fixture
def copied(tmp_path):
    """A copy of the package, to be edited."""
    root = tmp_path / PACKAGE.name
    return shutil.copytree(PACKAGE, root, ignore=shutil.ignore_patterns("__pycache__"))


def asked(known):
    return [
        known.code_keys(script, *texts, kinds=kinds, documented=documented)
        for script, texts, kinds, documented in SCRIPTS
    ]


def computed():
    return [code_keys(s, *texts, kinds=k, documented=d) for s, texts, k, d in SCRIPTS]


def never(*_, **__):
    raise AssertionError("it was known")


def test_known_keys_are_the_computed_ones(start, monkeypatch):
    first = start()
    assert asked(first) == computed()
    first.keep()
    monkeypatch.setattr(known_keys, "code_keys", never)
    assert asked(start()) == asked(first)
    with pytest.raises(AssertionError, match="it was known"):
        start().code_keys("studies/lottery/level.py", kinds=frozenset({"adam"}), documented=False)


LEVEL, CLAIMS, PAGE = {0, 1}, {2}, {3}
"""Which of SCRIPTS."""


@pytest.mark.parametrize(
    ("path", "again"),
    [
        ("studies/lottery/level.py", LEVEL),
        ("studies/lottery/claims.py", CLAIMS),
        ("learning/ensemble/trainer.py", LEVEL),  # by way of other files
        ("evidence/report/style.css", PAGE),
        ("studies/hopfield/page.yaml", set()),
        ("studies/hopfield/claims.py", set()),
        ("core/reach/units.py", LEVEL | CLAIMS | PAGE),  # computes keys
        ("core/loaded_code.py", LEVEL | CLAIMS | PAGE),
        ("studies/lottery/new.py", LEVEL | CLAIMS | PAGE),  # a name may mean another file now
    ],
)
def test_an_edit_forgets_what_may_depend_on_it(start, monkeypatch, copied, path, again):
    first = start(copied)
    asked(first)
    first.keep()
    with open(copied / path, "a") as edited:
        edited.write("\n")
    computed_again = []

    def counted(script, *_, kinds, **__):
        computed_again.append((script, kinds))
        return {}

    monkeypatch.setattr(known_keys, "code_keys", counted)
    asked(start(copied))
    assert computed_again == [
        (script, kinds) for i, (script, _, kinds, _) in enumerate(SCRIPTS) if i in again
    ]


def test_keys_of_both_sides_of_an_edit_are_known(start, monkeypatch, copied):
    edited = copied / "studies/lottery/level.py"
    before = edited.read_text()
    for text in (before, before + "\n"):
        edited.write_text(text)
        now = start(copied)
        asked(now)
        now.keep()
    monkeypatch.setattr(known_keys, "code_keys", never)
    for text in (before, before + "\n"):
        edited.write_text(text)
        asked(start(copied))


def test_a_file_that_is_edited_while_keys_are_computed_counts_as_it_was(tmp_path):
    root = tmp_path / "workflow_scripts"
    root.mkdir()
    (root / "step.py").write_text("def main():\n    return 1\n")
    package = Package(root)
    content = package.read_all()
    (root / "step.py").write_text("def main():\n    return 2\n")
    (unit,) = package.module("step.py").units
    assert unit.text.endswith("return 1")
    assert package.read_all() == content
    assert Package(root).read_all() != content


def test_nothing_is_kept_of_a_package_that_was_read_in_part(tmp_path):
    (tmp_path / "step.py").write_text("def main():\n    return 1\n")
    package = Package(tmp_path)
    package.module("step.py")
    assert package.read_all() is None


@pytest.mark.parametrize("content", ["", "{", "[]", "\0"])
def test_a_damaged_file_is_computed_again(start, content):
    first = start()
    first.file.parent.mkdir()
    first.file.write_text(content)
    again = start()
    assert asked(again) == computed()
    again.keep()
    assert asked(start()) == computed()


def test_where_nothing_can_be_written_nothing_is_kept(start, monkeypatch):
    first = start()
    asked(first)

    def full(*_):
        raise UserError("no space left")

    monkeypatch.setattr(known_keys, "write_json", full)
    first.keep()
    assert not first.file.exists()


def test_keys_of_starts_long_ago_go(start):
    kept = start()
    asked(kept)
    kept.keep()
    for number in range(KEPT):
        kept = start()
        kept.code_keys("studies/lottery/level.py", kinds=frozenset({str(number)}), documented=False)
        kept.keep()
    starts = json.loads(kept.file.read_text())
    assert [len(each) for each in starts] == [1] * KEPT


def test_code_that_cannot_be_followed_is_refused_each_time(start):
    known = start()
    for _ in range(2):
        with pytest.raises(UserError, match=r"none\.py is missing"):
            known.code_keys("studies/none.py", kinds=frozenset(), documented=False)
