"""What cannot change what a step does is not in its key."""

import pytest

from tests.core.reach.toy_package import key, result, versions

UNREACHED = {
    "a new function": """
        from toy.a import f
        def main(): return f()
        --- a.py
        def f(): return 0
        def new(): return §
        """,
    "a new class that inherits": """
        from toy.a import A
        def main(): return A().f()
        --- a.py
        class A:
            def f(self): return 0
        class New(A):
            def f(self): return §
        """,
    "a data class and its method": """
        from toy.a import f
        def main(): return f()
        --- a.py
        from dataclasses import dataclass, field
        @dataclass(frozen=True)
        class New:
            sizes: list[int] = field(default_factory=list)
            def total(self): return §
        def f(): return 0
        """,
    "a constant": """
        from toy.a import f
        def main(): return f()
        --- a.py
        from pathlib import Path
        SIZES = {"a": (§, 2), "b": frozenset({1}), "c": tuple(n + § for n in range(3))}
        PLACE = Path("a", "§")
        def f(): return 0
        """,
    "an instance that only holds fields": """
        from toy.a import f
        def main(): return f()
        --- a.py
        from dataclasses import dataclass
        @dataclass
        class Size:
            width: int
        SIZES = {"a": Size(§)}
        def f(): return 0
        """,
    "settings with an instance of others as a default": """
        from toy.a import f
        def main(): return f()
        --- a.py
        from pydantic import BaseModel, ConfigDict, Field
        class Settings(BaseModel):
            model_config = ConfigDict(extra="forbid", frozen=True)
        class Inner(Settings):
            size: int = Field(default=1, gt=0)
        class Outer(Settings):
            inner: Inner = Inner(size=§)
        def f(): return 0
        """,
    "a module that only others import": """
        from toy.a import f
        def main(): return f()
        --- a.py
        def f(): return 0
        --- b.py
        from toy import a
        a.f = lambda: §
        """,
    "a new import for a new function": """
        from toy.a import f
        def main(): return f()
        --- a.py
        import math
        from toy.b import new as better
        def f(): return 0
        def new(): return better() + math.pi
        --- b.py
        def new(): return §
        """,
    "the main block of another script": """
        from toy.a import f
        def main(): return f()
        --- a.py
        def f(): return 0
        def main(): return §
        if __name__ == "__main__":
            main()
        """,
    "an import for type checkers": """
        from toy.a import f
        def main(): return f(0)
        --- a.py
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from toy.b import B
        def f(b: "B"): return 0
        --- b.py
        class B:
            size = §
        """,
    "an import in a function that is not reached": """
        from toy.a import f
        def main(): return f()
        --- a.py
        def f(): return 0
        def new():
            from toy.b import g
            return g()
        --- b.py
        VALUES = []
        VALUES.append(§)
        def g(): return 0
        """,
    "a message with the name of a function": """
        from toy.a import f
        def main(): return f()
        --- a.py
        def f(): return "all words of this message are names"
        def words(): return §
        """,
    "a fact of a module": """
        from toy import a
        def main(): return a.__name__
        --- a.py
        def new(): return §
        """,
    "a decorator that only wraps": """
        from toy.a import f
        def main(): return f()
        --- a.py
        from contextlib import contextmanager
        from functools import cache, lru_cache
        def f(): return 0
        @cache
        def first(): return §
        @lru_cache(maxsize=None)
        def second(): return §
        @contextmanager
        def third(): yield §
        """,
}


@pytest.mark.parametrize("text", UNREACHED.values(), ids=UNREACHED.keys())
def test_what_cannot_be_reached_does_not_count(tmp_path, text):
    first, second = versions(tmp_path, text)
    assert result(first) == result(second)
    assert key(first) == key(second)
