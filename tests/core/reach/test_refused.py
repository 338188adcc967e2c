"""What the code key could not follow is refused, by file and line."""

import pytest

from tests.core.reach.toy_package import closure, split, write
from workflow_scripts.core.errors import UserError

REFUSED = {
    "import importlib": "importlib",
    "import importlib.util as tools": "importlib.util",
    "from importlib import import_module": "importlib.import_module",
    "import pickle": "pickle",
    "from pickle import loads": "pickle",
    "import builtins": "builtins",
    "from os import *": r"import \*",
    "from toy.b import *": r"import \*",
    "from . import b": "relative imports",
    "from .b import f": "relative imports",
    "import toy.b": r"import toy\.b",
    "from sys import modules": r"sys\.modules",
    "import sys\nFOUND = sys.modules": r"sys\.modules",
    "import sys\ndef g(name): return sys.modules[name]": r"sys\.modules",
    "import sys\nFOUND = sys.modules['toy.b']": r"sys\.modules",
    "import sys\nFOUND = sys.modules.get('toy.b')": r"sys\.modules",
    "def g(): return eval('f()')": "eval",
    "def g(): exec('f()')": "exec",
    "def g(): return compile('f()', '', 'eval')": "compile",
    "def g(): return globals()['f']": "globals",
    "def g(): return locals()": "locals",
    "def g(): return vars()": "vars",
    "LOOK = vars": "vars",
    "def g(): return __import__('toy.b')": "__import__",
    "def g(f): return f.__globals__": "__globals__",
    "import inspect\ndef g(): return inspect.currentframe()": "currentframe",
    "class A(metaclass=type): ...": "a metaclass",
    "class A:\n    def __init_subclass__(cls): ...": "__init_subclass__",
    "class A:\n    def __set_name__(self, owner, name): ...": "__set_name__",
    "class A:\n    __set_name__ = print": "__set_name__",
    "class A:\n    def __class_getitem__(cls, item): ...": "__class_getitem__",
    "def g(cls): return cls.__subclasses__()": "__subclasses__",
    "def __getattr__(name): return name": "a module's __getattr__",
    "__getattr__ = print": "a module's __getattr__",
}
ALLOWED = [
    "from importlib.metadata import version",
    "import sys\nFOUND = sys.modules.get('torch')",
    "import sys\nFOUND = sys.modules['__main__']",
    "def g(x): return vars(x)",
    "import re\nFOUND = re.compile('a')",
    "class A:\n    def __getattr__(self, name): return name",
]
STEP = "from toy.a import nothing\ndef main(): return nothing\n--- b.py\ndef f(): return 1\n"


@pytest.mark.parametrize(("line", "named"), REFUSED.items())
def test_what_hides_what_it_leads_to_is_refused(tmp_path, line, named):
    package = write(tmp_path, split(STEP) | {"a.py": f"nothing = None\n{line}"})
    with pytest.raises(UserError, match=rf"^a\.py.*: the code key cannot follow {named}: "):
        closure(package)


@pytest.mark.parametrize("line", ALLOWED)
def test_what_only_looks_like_it_is_not(tmp_path, line):
    closure(write(tmp_path, split(STEP) | {"a.py": f"nothing = None\n{line}"}))


def test_the_line_is_named(tmp_path):
    text = "nothing = None\n\ndef g():\n    return vars()"
    with pytest.raises(UserError, match=r"a\.py, line 4: "):
        closure(write(tmp_path, split(STEP) | {"a.py": text}))


def test_a_module_that_is_not_imported_may_do_what_it_wants(tmp_path):
    closure(write(tmp_path, split(STEP) | {"a.py": "nothing = None", "c.py": "import pickle"}))


def test_a_folder_is_no_object(tmp_path):
    text = "from toy import folder\nnothing = [folder]"
    package = write(tmp_path, split(STEP) | {"a.py": text, "folder/c.py": ""})
    with pytest.raises(UserError, match=r"folder/__init__\.py: .* a package used as an obj"):
        closure(package).sources  # noqa: B018


def test_the_package_itself_uses_nothing_of_it() -> None:
    """Whatever a step may come to import."""
    from workflow_scripts.core.code_key import PACKAGE
    from workflow_scripts.core.reach.package import package

    for file in sorted(PACKAGE.rglob("*.py")):
        package(PACKAGE).module(file.relative_to(PACKAGE).as_posix())
