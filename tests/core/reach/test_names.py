"""Whatever may bind a name that is reached is in the key.

Each case is a package in which one number, `§`, is 1 or 2. It is really imported and run in both
versions, so that a case shows what it says.
"""

import pytest

from tests.core.reach.toy_package import key, result, versions

NAMES = {
    "an import inside a method": """
        class Maker:
            def make(self):
                from toy.a import f
                return f()
        def main(): return Maker().make()
        --- a.py
        def f(): return §
        """,
    "an import in the body of a class": """
        class Maker:
            from toy.a import f
        def main(): return Maker.f()
        --- a.py
        def f(): return §
        """,
    "a name in a query": """
        import pandas as pd
        from toy.a import count
        def main(): return count(pd.DataFrame({"size": [1, 2, 3], "other": [0, 0, 0]}))
        --- a.py
        LIMIT = §
        def count(table): return len(table.query("size > @LIMIT and other == 0"))
        """,
    "an addition to a name": """
        def main(): return TOTAL
        TOTAL = 0
        TOTAL += §
        """,
    "a walrus": """
        from toy.a import f
        def main(): return f()
        --- a.py
        if (n := §) > 0:
            pass
        def f(): return n
        """,
    "a walrus in a comprehension": """
        from toy.a import f
        def main(): return f()
        --- a.py
        LAST = [last := n + § for n in range(3)]
        def f(): return last
        """,
    "a global statement": """
        from toy.a import set_up, f
        def main():
            set_up()
            return f()
        --- a.py
        def set_up():
            global VALUE
            VALUE = §
        def f(): return VALUE
        """,
    "a conditional definition": """
        from toy.a import f
        def main(): return f()
        --- a.py
        import sys
        if sys.version_info >= (3, 0):
            def f(): return §
        else:
            def f(): return 0
        """,
    "an optional import": """
        from toy.a import f
        def main(): return f()
        --- a.py
        try:
            from toy.b import f
        except ImportError:
            def f(): return 0
        --- b.py
        def f(): return §
        """,
    "a missing import": """
        from toy.a import f
        def main(): return f()
        --- a.py
        try:
            from no_such_library import f
        except ImportError:
            from toy.b import f
        --- b.py
        def f(): return §
        """,
    "a name that is bound twice": """
        from toy.a import VALUE
        def main(): return VALUE
        --- a.py
        FIRST = §
        VALUE = FIRST
        VALUE = VALUE + 0
        """,
    "a loop": """
        from toy.a import VALUES
        def main(): return VALUES["b"]
        --- a.py
        VALUES = {}
        for name in "ab":
            VALUES[name] = §
        """,
    "a with statement": """
        from toy.a import VALUE
        def main(): return VALUE
        --- a.py
        from contextlib import nullcontext
        with nullcontext(§) as VALUE:
            pass
        """,
    "several targets": """
        from toy.a import second
        def main(): return second
        --- a.py
        first, (second, *rest) = 0, (§, 0)
        """,
    "a deleted name": """
        from toy.a import f
        def main(): return f()
        --- a.py
        abs = lambda n: 0
        if § == 1:
            del abs
        def f(): return abs(-5)
        """,
    "a base class": """
        from toy.a import Child
        def main(): return Child().f()
        --- a.py
        from toy.b import Parent
        class Child(Parent): pass
        --- b.py
        class Parent:
            def f(self): return §
        """,
    "an attribute of a class": """
        from toy.a import A
        def main(): return A.sizes[0]
        --- a.py
        from toy.b import SIZE
        class A:
            sizes = [SIZE]
        --- b.py
        SIZE = §
        """,
    "a method that a library calls by name": """
        import json
        from toy.a import Encoder
        def main(): return json.dumps({1: object()}, cls=Encoder)
        --- a.py
        import json
        class Encoder(json.JSONEncoder):
            def default(self, value): return §
        """,
    "a property": """
        from toy.a import A
        def main(): return A().value
        --- a.py
        class A:
            @property
            def value(self): return §
        """,
    "an annotation in a string": """
        import typing
        from toy.a import A
        def main(): return typing.get_type_hints(A)["value"].size
        --- a.py
        from toy.b import B
        class A:
            value: "B"
        --- b.py
        class B:
            size = §
        """,
    "an annotation in a string with words": """
        import typing
        from toy.a import A
        def main(): return typing.get_type_hints(A)["value"].__args__[1].size
        --- a.py
        import typing
        from toy.b import B
        class A:
            value: "typing.Literal['two words'] | B"
        --- b.py
        class B:
            size = §
        """,
    "an annotation from the future": """
        import typing
        from toy.a import A
        def main(): return typing.get_type_hints(A)["value"].size
        --- a.py
        from __future__ import annotations
        from toy.b import B
        class A:
            value: B
        --- b.py
        class B:
            size = §
        """,
    "the default of an argument": """
        from toy.a import f
        def main(): return f()
        --- a.py
        SIZE = §
        def f(size=SIZE): return size
        """,
    "the default of an argument by name": """
        from toy.a import f
        def main(): return f()
        --- a.py
        SIZE = §
        def f(*, size=SIZE): return size
        """,
    "a closure": """
        from toy.a import make
        def main(): return make()()
        --- a.py
        SIZE = §
        def make():
            def inner(): return SIZE
            return inner
        """,
    "a lambda in a dictionary": """
        from toy.a import TABLE
        def main(): return TABLE["a"]()
        --- a.py
        SIZE = §
        TABLE = {"a": lambda: SIZE}
        """,
    "a match": """
        from toy.a import f
        def main(): return f(1)
        --- a.py
        SIZE = §
        def f(n):
            match n:
                case 1: return SIZE
        """,
    "a name in a format string": """
        from toy.a import TEXT
        def main(): return TEXT
        --- a.py
        SIZE = §
        TEXT = f"{SIZE} units"
        """,
    "an exception that is caught": """
        from toy.a import Problem, f
        def main():
            try: f()
            except Problem as problem: return problem.code
        --- a.py
        class Problem(Exception):
            code = §
        def f(): raise Problem
        """,
}


@pytest.mark.parametrize("text", NAMES.values(), ids=NAMES.keys())
def test_whatever_binds_a_name_counts(tmp_path, text):
    first, second = versions(tmp_path, text)
    assert result(first) != result(second)
    assert key(first) != key(second)
