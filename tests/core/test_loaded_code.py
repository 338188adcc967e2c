"""A job runs the code that its rule's key stands for, or nothing."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from workflow_scripts.core.code_key import PACKAGE

SCRIPT = """
import sys
from pathlib import Path
from workflow_scripts.eager import EAGER


def main(job):
    print("begun", file=sys.__stdout__, flush=True)
    sys.stdin.readline()
    from workflow_scripts.lazy import LAZY
    text = Path(job.params.text).read_text()
    Path(job.output[0]).write_text(EAGER + LAZY + text)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main, quiet=False)
"""
MODULES = {
    "step.py": SCRIPT,
    "eager.py": "EAGER = 'e'\n",
    "lazy.py": "LAZY = 'l'\n",
    "text.md": "t",
}
# What Snakemake puts before the text of a script.
PREAMBLE = """
from types import SimpleNamespace

class Params(dict):
    __getattr__ = dict.__getitem__

snakemake = SimpleNamespace(
    rule="rule", wildcards={{}}, input=[], output=["out"], log=[], threads=1,
    params=Params(code={code!r}, text={text!r}),
)
__real_file__ = __file__; __file__ = {script!r}
"""


class Clone:
    """A clone of the repository that has little more than `core`."""

    def __init__(self, root):
        self.root = root
        self.package = root / PACKAGE.name
        shutil.copytree(PACKAGE / "core", self.package / "core")
        (self.package / "__init__.py").touch()
        for name, text in MODULES.items():
            (self.package / name).write_text(text)

    def python(self, *arguments, first=()):
        path = os.pathsep.join(map(str, [*first, self.root]))
        return subprocess.Popen(
            [sys.executable, *map(str, arguments)],
            cwd=self.root,
            env={"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def keys(self):
        """What the rule has as its code key now."""
        call = (
            "import json; from workflow_scripts.core.code_key import code_keys;"
            "print(json.dumps(code_keys('step.py', 'text.md')))"
        )
        return json.loads(self.python("-c", call).communicate()[0])

    def prepare(self, keys):
        """Write what Snakemake would start."""
        preamble = PREAMBLE.format(
            code=keys, script=str(self.package / "step.py"), text=str(self.package / "text.md")
        )
        copy = self.root / ".snakemake" / "scripts" / "copy.of.step.py"
        copy.parent.mkdir(parents=True)
        copy.write_text(preamble + (self.package / "step.py").read_text())
        return copy

    def edit(self, name, text="EAGER = LAZY = 'other'\n"):
        (self.package / name).write_text(text)

    def put_back(self, name):
        """With the old modification time, as a tool that restores files does."""
        self.edit(name, MODULES[name])
        os.utime(self.package / name, ns=(0, 0))


@pytest.fixture
def clone(tmp_path):
    return Clone(tmp_path / "clone")


def ended(process):
    """What a job that was begun, or refused, ends with."""
    _, error = process.communicate("go on\n")
    return process.returncode, error


def refused(process):
    status, error = ended(process)
    assert status == 1
    assert error.startswith("error: ")
    assert error.count("\n") == 1
    return error


def begun(process):
    assert process.stdout.readline() == "begun\n"
    return process


def test_the_code_of_the_key_runs(clone):
    process = clone.python(clone.prepare(clone.keys()))
    assert ended(process) == (0, "")
    assert (clone.root / "out").read_text() == "elt"


def test_the_package_of_another_clone_is_refused(clone, tmp_path):
    other = Clone(tmp_path / "other")
    other.edit("eager.py")
    error = refused(clone.python(clone.prepare(clone.keys()), first=[other.root]))
    assert f"{clone.package / 'step.py'} would run with the package in {other.package}" in error
    assert error.endswith(": unset PYTHONPATH\n")
    assert not (clone.root / "out").exists()


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        ("step.py", "EAGER + LAZY", "LAZY + EAGER"),
        ("eager.py", "'e'", "'x'"),
        ("lazy.py", "'l'", "'x'"),
        ("core/errors.py", "class UserError(Exception):", "class UserError(ValueError):"),
    ],
)
def test_code_that_was_edited_since_the_rules_were_read_is_refused(clone, module, old, new):
    keys = clone.keys()
    before = (clone.package / module).read_text()
    assert old in before
    clone.edit(module, before.replace(old, new))
    error = refused(clone.python(clone.prepare(keys)))
    assert "the code changed while this ran" in error
    assert error.endswith("run the same command again\n")


def test_a_comment_is_no_other_code(clone):
    keys = clone.keys()
    clone.edit("eager.py", f"# A comment.\n{MODULES['eager.py']}")
    assert ended(clone.python(clone.prepare(keys))) == (0, "")


def test_a_module_that_was_put_back_before_the_key_was_looked_at_is_refused(clone):
    """It may have been imported in between."""
    copy = clone.prepare(clone.keys())
    clone.edit("eager.py")
    clone.put_back("eager.py")
    assert "eager.py" in refused(clone.python(copy))


@pytest.mark.parametrize("back", [True, False])
def test_a_module_that_is_imported_late_is_refused_if_it_was_edited_meanwhile(clone, back):
    process = begun(clone.python(clone.prepare(clone.keys())))
    clone.edit("lazy.py")
    if back:
        clone.put_back("lazy.py")
    assert "lazy.py" in refused(process)
    assert not (clone.root / "out").exists()


def test_a_module_that_is_imported_already_may_be_edited(clone):
    """A training of hours goes on, and is of the code that it began with."""
    process = begun(clone.python(clone.prepare(clone.keys())))
    clone.edit("eager.py")
    clone.edit("step.py", "")
    assert ended(process) == (0, "")
    assert (clone.root / "out").read_text() == "elt"


def test_a_text_that_was_edited_meanwhile_is_refused(clone):
    process = begun(clone.python(clone.prepare(clone.keys())))
    clone.edit("text.md", "other")
    assert "text.md" in refused(process)
