import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.core import code_key as module
from workflow_scripts.core.code_key import (
    closure,
    code_key,
    code_keys,
    recomputed,
    tree_digest,
)
from workflow_scripts.core.errors import UserError

PROGRAM = '''
"""What this is."""
import os


class Rates:
    """Rates."""

    first: float = 0.1
    """The first rate."""


def product(a, b=2):
    """Multiply."""
    total = a * b  # no comment
    if total > 3:
        return [total, "text"]
    return -total
'''

SAME = {
    "a comment": ("# no comment", "# another"),
    "no comment": ("  # no comment", ""),
    "a docstring": ('"""Multiply."""', '"""Multiply two numbers.\n\n    And more."""'),
    "no docstring": ('    """Multiply."""\n', ""),
    "the module's docstring": ('"""What this is."""\n', ""),
    "a field's docstring": ('"""The first rate."""', '"""Another."""'),
    "no field's docstring": ('    """The first rate."""\n', ""),
    "a type comment": ("total = a * b  # no comment", "total = a * b  # type:   int"),
    "blank lines": ("import os\n", "import os\n\n\n\n"),
    "line breaks": ('[total, "text"]', '[\n            total,\n            "text",\n        ]'),
    "quotes": ('"text"', "'text'"),
    "parentheses": ("a * b", "(a * b)"),
    "spaces": ("b=2", "b = 2"),
    "number spelling": ("total > 3", "total > 0x3"),
}
OTHER = {
    "an operator": ("a * b", "a + b"),
    "a number": ("b=2", "b=3"),
    "a number's type": ("b=2", "b=2.0"),
    "a string": ('"text"', '"texts"'),
    "a string is no docstring where it is used": ('"text"', '"""Multiply."""'),
    "a name": ("product", "products"),
    "a field": ("first: float = 0.1", "first: float = 0.2"),
    "a type": ("first: float", "first: int"),
    "an import": ("import os", "import sys"),
    "a comparison": ("total > 3", "total >= 3"),
    "a sign": ("-total", "total"),
    "a line less": ("import os\n", ""),
    "a base class": ("class Rates", "class Rates(dict)"),
    "indentation": ("    return -total", "        return -total"),
}


def edited(old, new):
    assert PROGRAM.count(old) >= 1
    return PROGRAM.replace(old, new, 1)


@pytest.mark.parametrize("edit", SAME.values(), ids=SAME.keys())
def test_words_and_layout_do_not_count(edit):
    assert edited(*edit) != PROGRAM
    assert tree_digest(edited(*edit)) == tree_digest(PROGRAM)


@pytest.mark.parametrize("edit", OTHER.values(), ids=OTHER.keys())
def test_every_real_edit_counts(edit):
    assert tree_digest(edited(*edit)) != tree_digest(PROGRAM)


NAMES = st.sampled_from("abc")
EXPRESSIONS = st.recursive(
    NAMES | st.integers(0, 9).map(str),
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from("+-*"), inner),
    max_leaves=4,
)
STATEMENTS = st.builds("{} = {}".format, NAMES, EXPRESSIONS)
PROGRAMS = st.lists(STATEMENTS, min_size=1, max_size=5)


@given(PROGRAMS, st.data())
def test_comments_docstrings_and_blank_lines_anywhere_do_not_count(lines, data):
    noise = st.sampled_from(["", "# words", '"""words"""', "'words'"])
    noisy = [part for line in lines for part in (data.draw(noise), f"{line}  # {line}")]
    assert tree_digest("\n".join(noisy)) == tree_digest("\n".join(lines))
    indented = [
        "def f():",
        '    """Words."""',
        *(textwrap.indent(part, "    ") for part in noisy),
    ]
    plain = ["def f():", *(f"  {line}" for line in lines)]
    assert tree_digest("\n".join(indented)) == tree_digest("\n".join(plain))


@given(PROGRAMS, PROGRAMS)
def test_two_programs_have_one_digest_only_where_they_are_one(ours, others):
    first, second = ("\n".join(lines) for lines in (ours, others))
    bytecode = [compile(text, "", "exec", dont_inherit=True) for text in (first, second)]
    if bytecode[0].co_code != bytecode[1].co_code:
        assert tree_digest(first) != tree_digest(second)
    if first == second:
        assert tree_digest(first) == tree_digest(second)


FILES = {
    "study/train.py": """
        from workflow_scripts.shared.direct import work
        from workflow_scripts.typed import Typed

        def main():
            from workflow_scripts.shared import lazy
            return work, lazy, Typed
        """,
    "shared/direct.py": "from workflow_scripts.shared.transitive import deep\nwork = deep",
    "shared/transitive.py": "from . import relative\nfrom ..top import anything\ndeep = relative",
    "shared/relative.py": "import os, numpy\nname = os.name",
    "shared/lazy.py": "value = 1",
    "shared/unused.py": "value = 2",
    "top.py": "anything = 3",
    "typed.py": """
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from workflow_scripts.checked import Only
        class Typed: ...
        """,
    "checked.py": "class Only: ...",
    "study/measure.py": "value = 4",
    "study/words.html": "<p>words</p>",
}
IMPORTED = {
    "study/train.py",
    "shared/direct.py",
    "shared/transitive.py",
    "shared/relative.py",
    "shared/lazy.py",
    "top.py",
    "typed.py",
    # Known only to type checkers, but counted: better one rerun too many.
    "checked.py",
}


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A small package in place of this one; call it to write files and forget what was read."""
    folder = tmp_path / "workflow_scripts"

    def write(**files):
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            (path.parent / "__init__.py").touch()
            path.write_text(textwrap.dedent(text).strip() + "\n")
        closure.cache_clear()
        module._module.cache_clear()
        return folder

    monkeypatch.setattr(module, "PACKAGE", folder)
    write(**FILES)
    yield write
    closure.cache_clear()
    module._module.cache_clear()


def test_the_closure_is_what_the_script_imports_directly_or_not(package):
    folder = package()
    found = {path.relative_to(folder).as_posix() for path in closure("study/train.py")}
    assert found == IMPORTED


def test_only_an_edit_of_an_imported_module_changes_the_key(package):
    before = code_key("study/train.py")
    for name, text in FILES.items():
        package(**{name: textwrap.dedent(text) + "\n# a comment"})
        assert code_key("study/train.py") == before
        package(**{name: textwrap.dedent(text) + "\nedited = True"})
        assert (code_key("study/train.py") != before) == (name in IMPORTED), name
        package(**{name: text})
    assert code_key("study/train.py") == before


def test_a_new_import_a_new_name_and_another_script_change_the_key(package):
    before = code_key("study/train.py")
    assert code_key("study/measure.py") != before
    package(**{"shared/lazy.py": "value = 1\nfrom workflow_scripts.shared.unused import value"})
    assert code_key("study/train.py") != before
    package(**{"shared/lazy.py": FILES["shared/lazy.py"]})
    moved = {"shared/moved.py": FILES["shared/lazy.py"]}
    package(**moved, **{"study/train.py": FILES["study/train.py"].replace("lazy", "moved")})
    assert code_key("study/train.py") != before


def test_an_init_counts_once_there_is_something_in_it(package):
    before = code_key("study/train.py")
    folder = package(**{"shared/__init__.py": "value = 1"})
    assert folder / "shared/__init__.py" in closure("study/train.py")
    assert code_key("study/train.py") != before


def test_texts_count_by_their_bytes_in_any_order(package):
    plain = code_key("study/train.py")
    ours = code_key("study/train.py", "study/words.html", "top.py")
    assert ours != plain
    assert code_key("study/train.py", "top.py", "study/words.html") == ours
    package(**{"study/words.html": FILES["study/words.html"] + "<!-- no comment -->"})
    assert code_key("study/train.py", "study/words.html", "top.py") != ours
    assert code_key("study/train.py") == plain


def test_of_a_module_among_the_texts_docstrings_count_and_comments_do_not(package):
    plain, ours = code_key("study/train.py"), code_key("study/train.py", "top.py")
    package(**{"top.py": "anything = 3  # why"})
    assert code_key("study/train.py", "top.py") == ours
    package(**{"top.py": '"""The claim as one sentence."""\nanything = 3'})
    assert code_key("study/train.py", "top.py") != ours
    assert code_key("study/train.py") == plain


def test_a_key_is_sixteen_digits_under_the_names_of_its_files(package):
    (files, key) = next(iter(code_keys("study/train.py", "study/words.html").items()))
    assert files == "study/train.py + study/words.html"
    assert key == code_key("study/train.py", "study/words.html")
    assert len(key) == 16
    assert int(key, 16) >= 0


@pytest.mark.parametrize("files", [("study/none.py",), ("study/train.py", "study/none.html")])
def test_a_file_that_a_rule_names_and_that_is_not_there_is_named(package, files):
    with pytest.raises(UserError, match=rf"{files[-1]} is missing: a rule names it"):
        code_key(*files)


def test_recorded_keys_are_computed_again_from_todays_tree(package):
    keys = code_keys("study/train.py", "study/words.html") | code_keys("study/measure.py")
    assert recomputed(keys) == keys
    folder = package(**{"shared/lazy.py": "value = 7"})
    now = recomputed(keys)
    assert [now[files] == key for files, key in keys.items()] == [False, True]
    (folder / "study/measure.py").unlink()
    package()
    assert recomputed(keys)["study/measure.py"] == "missing"


def test_the_package_itself_keeps_the_grain():
    """What only looks at results does not hang on the trainer."""
    gathering = {path.stem for path in closure("operation/verification/gather.py")}
    assert "load" in gathering
    assert not gathering & {"trainer", "arms", "figures", "claims"}
    assert not {path.stem for path in closure("studies/lottery/figures.py")} & {"trainer", "masks"}
    assert "trainer" in {path.stem for path in closure("studies/lottery/level.py")}
