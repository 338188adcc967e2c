"""A library of functions that return a number each, as the loader and a program see it."""

import ctypes
import os
import platform
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as some

from workflow_scripts.core.shared_library import constant_functions

pytestmark = pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"), reason="a format of x86-64 Linux"
)
NAMES = some.from_regex(r"[a-z_][a-z0-9_]{0,30}", fullmatch=True)
INTEGERS = some.integers(-(2**31), 2**31 - 1)


@given(some.dictionaries(NAMES, INTEGERS, min_size=1, max_size=12))
def test_each_function_answers(tmp_path_factory, answers):
    path = tmp_path_factory.mktemp("library") / "made.so"
    path.write_bytes(constant_functions(answers))
    library = ctypes.CDLL(str(path))
    assert {name: library[name]() for name in answers} == answers
    with pytest.raises(AttributeError):
        library["of_another_name"]


def test_the_loader_takes_it_before_other_libraries(tmp_path):
    path = tmp_path / "made.so"
    path.write_bytes(constant_functions({"getppid": 42}))
    done = subprocess.run(
        [sys.executable, "-c", "import ctypes; print(ctypes.CDLL(None).getppid())"],
        env=os.environ | {"LD_PRELOAD": str(path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("42\n", "")


def test_more_than_a_page_is_refused():
    with pytest.raises(ValueError, match="do not fit"):
        constant_functions({f"of_number_{n}": n for n in range(100)})
