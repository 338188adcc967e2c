"""What a step reaches in other modules, however they are imported, is in its key.

Each case is a package in which one number, `§`, is 1 or 2. It is really imported and run in both
versions, so that a case shows what it says.
"""

import pytest

from tests.core.reach.toy_package import key, result, versions

MODULES = {
    "a function": """
        from toy.a import f
        def main(): return f()
        --- a.py
        def f(): return §
        """,
    "under another name": """
        from toy.a import f as g
        def main(): return g()
        --- a.py
        def f(): return §
        """,
    "a re-export": """
        from toy.b import f
        def main(): return f()
        --- b.py
        from toy.a import inner as f
        --- a.py
        def inner(): return §
        """,
    "a re-export by the folder": """
        from toy.folder import f
        def main(): return f()
        --- folder/__init__.py
        from toy.folder.a import f
        --- folder/a.py
        def f(): return §
        """,
    "a re-exported module": """
        from toy.b import a
        def main(): return a.f()
        --- b.py
        from toy import a
        --- a.py
        def f(): return §
        """,
    "an attribute of a module": """
        from toy import a
        def main(): return a.f()
        --- a.py
        def f(): return §
        """,
    "a module under another name": """
        import toy.a as b
        def main(): return b.f()
        --- a.py
        def f(): return §
        """,
    "a module as an object": """
        from toy import a
        def main(): return getattr(a, "".join(["f", "1"]))()
        --- a.py
        def f1(): return §
        """,
    "a module as an object, through what it imports": """
        from toy import a
        def main(): return getattr(a, "b").f()
        --- a.py
        from toy import b
        --- b.py
        def f(): return §
        """,
    "a module in a variable": """
        from toy import a
        place = a
        def main(): return place.f()
        --- a.py
        def f(): return §
        """,
    "the names of a module": """
        from toy import a
        def main(): return vars(a)["f"]()
        --- a.py
        def f(): return §
        """,
    "the dictionary of a module": """
        from toy import a
        def main(): return a.__dict__["f"]()
        --- a.py
        def f(): return §
        """,
    "an import inside a function": """
        def main():
            from toy.a import f
            return f()
        --- a.py
        def f(): return §
        """,
    "a module imported inside a function": """
        def main():
            import toy.a as a
            return a.f()
        --- a.py
        def f(): return §
        """,
    "a module by the folder that it is in": """
        from toy import folder
        from toy.b import nothing
        def main(): return folder.a.f()
        --- b.py
        from toy.folder import a
        nothing = a
        --- folder/a.py
        def f(): return §
        """,
    "a decorator of our own": """
        from toy.a import f
        def main(): return f()
        --- a.py
        from toy.b import times
        @times
        def f(): return 1
        --- b.py
        def times(f): return lambda: f() * §
        """,
    "modules that import each other": """
        from toy.a import f
        def main(): return f(3)
        --- a.py
        from toy import b
        def f(n): return b.g(n - 1) if n else 0
        --- b.py
        from toy import a
        def g(n): return a.f(n - 1) if n > 0 else §
        """,
}


@pytest.mark.parametrize("text", MODULES.values(), ids=MODULES.keys())
def test_what_is_reached_in_another_module_counts(tmp_path, text):
    first, second = versions(tmp_path, text)
    assert result(first) != result(second)
    assert key(first) != key(second)
