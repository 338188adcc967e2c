import ast
import hashlib
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow_scripts.core.code_key import (
    PACKAGE,
    code_key,
    code_keys,
    kinds_in,
    reached,
    recomputed,
    sources,
)
from workflow_scripts.core.errors import UserError
from workflow_scripts.core.reach.closure import is_own
from workflow_scripts.core.reach.package import package as package_at

PYTHON = sorted(PACKAGE.rglob("*.py"))
SCRIPTS = [
    path.relative_to(PACKAGE).as_posix()
    for path in PYTHON
    if "from workflow_scripts.core.step import run\n" in path.read_text()
]
PURE = {
    *("ast", "collections", "collections.abc", "contextlib", "copy", "dataclasses", "functools"),
    *("gc", "hashlib", "itertools", "pathlib", "re", "sys", "typing"),
}
HARMLESS = {"PACKAGE", "_Without", "_NOTED", "BUILTINS"}
"""What only binds a name, although that cannot be seen from the text alone."""
PROGRAM = '''
"""What this is."""
import os


class Rates:
    """Rates."""

    first: float = 0.1
    """The first rate."""


def main(a, b=2):
    """Multiply."""
    total = a * b  # no comment
    if total > 3:
        return [total, "text", Rates, os]
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
    "line breaks": ('[total, "text"', '[\n            total,\n            "text"'),
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
    "a field": ("first: float = 0.1", "first: float = 0.2"),
    "a type": ("first: float", "first: int"),
    "an import": ("import os", "import sys as os"),
    "a comparison": ("total > 3", "total >= 3"),
    "a sign": ("-total", "total"),
    "a line less": ("import os\n", ""),
    "a base class": ("class Rates", "class Rates(dict)"),
    "indentation": ("    return -total", "        return -total"),
}


@pytest.fixture
def package(tmp_path):
    """A folder for packages; call it with the text of files to have the next one."""
    number = iter(range(1000))

    def write(**files):
        root = tmp_path / str(next(number)) / "workflow_scripts"
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text))
        return root

    return write


def key_of(package, source):
    return code_key("step.py", root=package(**{"step.py": source}))


def edited(old, new):
    assert PROGRAM.count(old) >= 1
    return PROGRAM.replace(old, new, 1)


@pytest.mark.parametrize("edit", SAME.values(), ids=SAME.keys())
def test_words_and_layout_do_not_count(package, edit):
    assert edited(*edit) != PROGRAM
    assert key_of(package, edited(*edit)) == key_of(package, PROGRAM)


@pytest.mark.parametrize("edit", OTHER.values(), ids=OTHER.keys())
def test_every_real_edit_counts(package, edit):
    assert key_of(package, edited(*edit)) != key_of(package, PROGRAM)


NAMES = st.sampled_from("abc")
EXPRESSIONS = st.recursive(
    NAMES | st.integers(0, 9).map(str),
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from("+-*"), inner),
    max_leaves=4,
)
STATEMENTS = st.builds("{} = {}".format, NAMES, EXPRESSIONS)
PROGRAMS = st.lists(STATEMENTS, min_size=1, max_size=5)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """The key of a program that hypothesis draws."""
    folder = tmp_path_factory.mktemp("drawn")

    def key(source):
        root = folder / hashlib.sha256(source.encode()).hexdigest()
        root.mkdir(exist_ok=True)
        (root / "step.py").write_text(source)
        return code_key("step.py", root=root)

    return key


@settings(deadline=None)
@given(PROGRAMS, st.data())
def test_comments_docstrings_and_blank_lines_anywhere_do_not_count(drawn, lines, data):
    noise = st.sampled_from(["", "# words", '"""words"""', "'words'"])
    noisy = [part for line in lines for part in (data.draw(noise), f"{line}  # {line}")]
    assert drawn("\n".join(noisy)) == drawn("\n".join(lines))
    indented = [
        "def main():",
        '    """Words."""',
        *(textwrap.indent(part, "    ") for part in noisy),
    ]
    plain = ["def main():", *(f"  {line}" for line in lines)]
    assert drawn("\n".join(indented)) == drawn("\n".join(plain))


@settings(deadline=None)
@given(PROGRAMS, PROGRAMS)
def test_two_programs_have_one_key_only_where_they_are_one(drawn, ours, others):
    first, second = ("\n".join(lines) for lines in (ours, others))
    bytecode = [compile(text, "", "exec", dont_inherit=True) for text in (first, second)]
    if bytecode[0].co_code != bytecode[1].co_code:
        assert drawn(first) != drawn(second)
    if first == second:
        assert drawn(first) == drawn(second)


FILES = {
    "study/train.py": "from workflow_scripts.top import value\ndef main(): return value\n",
    "study/measure.py": "def main(): return 4\n",
    "study/words.html": "<p>words</p>\n",
    "top.py": "value = 3\nother = 4\n",
}


def test_another_script_and_a_new_name_of_a_module_change_the_key(package):
    before = code_key("study/train.py", root=package(**FILES))
    assert code_key("study/measure.py", root=package(**FILES)) != before
    script = FILES["study/train.py"].replace("top", "moved")
    moved = {"study/train.py": script, "moved.py": FILES["top.py"]}
    assert code_key("study/train.py", root=package(**moved)) != before


def test_the_place_of_the_package_does_not_count(package):
    assert code_key("study/train.py", root=package(**FILES)) == code_key(
        "study/train.py", root=package(**FILES)
    )


def test_texts_count_by_their_bytes_in_any_order(package):
    def key(*texts, **changed):
        return code_key("study/train.py", *texts, root=package(**{**FILES, **changed}))

    plain, ours = key(), key("study/words.html", "top.py")
    assert ours != plain
    assert key("top.py", "study/words.html") == ours
    changed = {"study/words.html": FILES["study/words.html"] + "<!-- no comment -->"}
    assert key("study/words.html", "top.py", **changed) != ours
    assert key(**changed) == plain
    commented = {"top.py": FILES["top.py"] + "# a module that is read as data\n"}
    assert key("study/words.html", "top.py", **commented) != ours
    assert key(**commented) == plain


def test_the_docstrings_of_the_study_count_where_they_are_results(package):
    sentence = (
        "from workflow_scripts.top import value\nfrom workflow_scripts.study.more import other\n"
        'def main():\n    """{}"""\n    return value, other\n'
    )
    value, other = 'def value():\n    """{}"""\n', 'def other():\n    """{}"""\n'

    def key(ours, theirs="", beside="", layout="", documented=True):
        files = {"study/train.py": sentence.format(ours) + layout, "top.py": value.format(theirs)}
        root = package(**files, **{"study/more.py": other.format(beside)})
        return code_key("study/train.py", documented=documented, root=root)

    assert key("It is so.") != key("It is not so.")
    assert key("It is so.") == key("It is so.", layout="\n\n# a comment\n")
    assert key("It is so.") != key("It is so.", beside="Of a module of the study.")
    assert key("It is so.") == key("It is so.", theirs="Of a module of the library.")
    assert key("It is so.") != key("It is so.", documented=False)
    assert key("It is so.", documented=False) == key("It is not so.", documented=False)


def test_a_key_is_sixteen_digits_under_the_names_of_its_files():
    texts = ["evidence/report/style.css", "evidence/report/template.html.j2"]
    ((name, key),) = code_keys("evidence/report/build.py", *texts).items()
    assert name == " + ".join(["evidence/report/build.py", *texts])
    assert key == code_key("evidence/report/build.py", *texts)
    assert len(key) == 16
    assert int(key, 16) >= 0
    ((name, key),) = code_keys("studies/lottery/claims.py", documented=True).items()
    assert name == "studies/lottery/claims.py with docstrings"
    assert key == code_key("studies/lottery/claims.py", documented=True)


@pytest.mark.parametrize("files", [("study/none.py",), ("study/train.py", "study/none.html")])
def test_a_file_that_a_rule_names_and_that_is_not_there_is_named(package, files):
    with pytest.raises(UserError, match=rf"{files[-1]} is missing: a rule names it"):
        code_key(*files, root=package(**FILES))


def test_recorded_keys_are_computed_again(package):
    names = {
        "study/train.py + study/words.html": ("study/train.py", "study/words.html"),
        "study/measure.py with docstrings": ("study/measure.py",),
    }
    root = package(**FILES)
    keys = {
        name: code_key(*files, documented="docstrings" in name, root=root)
        for name, files in names.items()
    }
    assert recomputed(keys, {}, root) == keys
    now = recomputed(keys, {}, package(**{**FILES, "top.py": "value = 7"}))
    assert [now[files] == key for files, key in keys.items()] == [False, True]
    gone = package(**{name: text for name, text in FILES.items() if "measure" not in name})
    assert recomputed(keys, {}, gone)["study/measure.py with docstrings"] == "missing"


def test_recorded_keys_are_computed_again_for_the_kinds_that_were_recorded():
    cfg = {"lottery.chains.lenet.network": {"kind": "mlp", "sizes": [2, 2]}}
    keys = code_keys("studies/lottery/dense.py", kinds=kinds_in(cfg))
    assert recomputed(keys, cfg) == keys
    assert recomputed(keys, {}) != keys


def test_what_is_counted_is_known_by_name(package):
    root = package(**FILES)
    counted = sources("study/train.py + study/words.html", frozenset(), root)
    assert list(counted) == [
        "top.py:value",
        "study/train.py:import value",
        "study/train.py:main",
        "libraries",
        "study/words.html",
    ]
    assert counted["top.py:value"] == "value = 3"


@pytest.mark.parametrize(
    ("cfg", "kinds"),
    [
        ({}, set()),
        ({"device": "cpu", "lottery.main": "lenet"}, {"device", "cpu", "lottery", "main", "lenet"}),
        ({"chain.network": {"kind": "mlp"}}, {"chain", "network", "kind", "mlp"}),
        ({"network.kind": "mlp"}, {"network", "kind", "mlp"}),
        ({"network.kinds": "mlp"}, {"network", "kinds", "mlp"}),
        ({"network.kinds": "kind", "kind.of": 3}, {"network", "kinds", "of"}),
        (
            {"parts": [{"kind": "a"}, {"inner": {"kind": "b", "size": 3}}]},
            {"parts", "kind", "a", "inner", "b", "size"},
        ),
        (
            {"x.sample": {"dataset": "digits"}, "x.network": {"kind": "mlp"}},
            {"x", "sample", "dataset", "digits", "network", "kind", "mlp"},
        ),
    ],
)
def test_all_words_of_settings_may_name_a_kind(cfg, kinds):
    assert kinds_in(cfg) == kinds


def test_the_package_itself_keeps_the_grain():
    """What only looks at results does not hang on the trainer, nor a step on another's parts."""

    def names(script, *kinds):
        return set(reached(PACKAGE, script, frozenset(kinds)).sources)

    gathering = {name.partition(":")[0] for name in names("operation/verification/gather.py")}
    assert "operation/configuration/load.py" in gathering
    assert not {file for file in gathering if file.startswith("learning/ensemble/trainer")}
    trained = "learning/ensemble/trainer.py:train"
    assert trained not in names("studies/lottery/figures.py")
    assert trained in names("studies/lottery/level.py")
    assert "learning/ensemble/callbacks.py:Snapshots" in names("studies/lottery/dense.py")
    assert "learning/ensemble/callbacks.py:Snapshots" not in names("studies/lottery/level.py")


@pytest.fixture
def edited_keys(tmp_path):
    """A copy of the package in which the code that computes keys does more."""
    shutil.copytree(PACKAGE, tmp_path / PACKAGE.name)
    for file in filter(is_own, (path.relative_to(PACKAGE).as_posix() for path in PYTHON)):
        copy = tmp_path / PACKAGE.name / file
        tree = ast.parse(copy.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                node.body.append(ast.Pass())
        copy.write_text(ast.unparse(tree))
    return tmp_path / PACKAGE.name


@pytest.mark.thorough
def test_the_code_that_computes_keys_is_in_no_key_but_of_what_reports_on_keys(edited_keys):
    """An edit there would otherwise train everything again, and change nothing."""
    changed = set()
    for script in SCRIPTS:
        counted = reached(PACKAGE, script).sources
        own = {name for name in counted if is_own(name.partition(":")[0])}
        edited = code_key(script, root=edited_keys) != code_key(script)
        assert edited == bool(own), script
        changed |= {script} if edited else set()
    assert changed == {"operation/verification/gather.py"}


def test_the_code_that_computes_keys_does_nothing_else():
    """Its statements only bind names, and it imports Python's own modules, itself and errors."""
    ours = package_at(PACKAGE)
    files = [path.relative_to(PACKAGE).as_posix() for path in PYTHON]
    for file in filter(is_own, files):
        module = ours.module(file)
        effects = {unit.name for unit in module.units if ours.has_effects(module, unit)}
        assert not effects - HARMLESS, (file, effects - HARMLESS)
        for step in module.imports:
            inside = ours.file(step.module)
            assert is_own(inside) or inside == "core/errors.py" or step.module in PURE, file


def test_a_job_whose_settings_name_a_kind_does_not_hang_on_the_others():
    def files(*kinds):
        found = reached(PACKAGE, "studies/lottery/dense.py", frozenset(kinds)).sources
        return {name.partition(":")[0] for name in found}

    residual = "learning/networks/residual.py"
    assert residual in files()
    assert residual in files("residual")
    assert residual not in files("mlp")


def test_a_job_computes_its_key_quickly_and_without_libraries():
    """Each job does: neither torch nor pydantic may be loaded for it."""
    program = (
        "import sys\n"
        "from workflow_scripts.core.code_key import code_key\n"
        "code_key('studies/lottery/dense.py')\n"
        "print(sorted({'torch', 'pydantic', 'numpy', 'pandas', 'yaml'} & set(sys.modules)))"
    )
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    finished = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True
    )
    assert finished.stdout == "[]\n", finished.stderr


def test_keys_are_the_same_in_every_process():
    """Sets have another order in each."""
    program = (
        "from workflow_scripts.core.code_key import code_key\n"
        "print(code_key('studies/sharpness/train.py', kinds=frozenset(['mlp', 'digits'])))"
    )
    root = Path(__file__).resolve().parents[2]
    printed = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONPATH": str(root), "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(printed) == 1
