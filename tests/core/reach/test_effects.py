"""A statement that does more than bind its names is in the key of all that import it.

Each case is a package in which one number, `§`, is 1 or 2. It is really imported and run in both
versions, so that a case shows what it says.
"""

import pytest

from tests.core.reach.toy_package import key, result, versions

EFFECTS = {
    "an import for its effect inside a function": """
        from toy import state
        def main():
            import toy.a as a
            return state.VALUES[0]
        --- state.py
        VALUES = [0]
        --- a.py
        from toy.state import VALUES
        VALUES[0] = §
        """,
    "a registry": """
        from toy.base import REGISTRY
        import toy.a as a
        def main(): return REGISTRY["f"]()
        --- base.py
        REGISTRY = {}
        def register(f):
            REGISTRY[f.__name__] = f
            return f
        --- a.py
        from toy.base import register
        @register
        def f(): return §
        """,
    "a registry with arguments": """
        from toy.base import registry
        from toy import a
        def main(): return registry.found["x"]()
        --- base.py
        class Registry:
            def __init__(self): self.found = {}
            def add(self, name):
                def keep(f):
                    self.found[name] = f
                    return f
                return keep
        registry = Registry()
        --- a.py
        from toy.base import registry
        @registry.add(name="x")
        def f(): return §
        def other(): return 0
        """,
    "a registry filled by a call": """
        from toy.base import REGISTRY
        from toy import a
        def main(): return REGISTRY[0]()
        --- base.py
        REGISTRY = []
        --- a.py
        from toy.base import REGISTRY
        def f(): return §
        REGISTRY.append(f)
        """,
    "a registry filled in an assignment": """
        from toy.base import REGISTRY
        from toy import a
        def main(): return REGISTRY[0]()
        --- base.py
        REGISTRY = []
        --- a.py
        from toy.base import REGISTRY
        nothing = REGISTRY.append(lambda: §)
        """,
    "a registry filled in the body of a class": """
        from toy.base import REGISTRY
        from toy import a
        def main(): return REGISTRY[0]
        --- base.py
        REGISTRY = []
        --- a.py
        from toy.base import REGISTRY
        class Unused:
            REGISTRY.append(§)
        """,
    "a registry filled by making an instance": """
        from toy.base import Plugin
        from toy import a
        def main(): return Plugin.all[0].value
        --- base.py
        class Plugin:
            all = []
            def __init__(self, value):
                self.value = value
                Plugin.all.append(self)
        --- a.py
        from toy.base import Plugin
        unused = Plugin(§)
        """,
    "a registry filled by a data class": """
        from toy.base import ALL
        from toy import a
        def main(): return ALL[0]
        --- base.py
        from dataclasses import dataclass
        ALL = []
        @dataclass
        class Plugin:
            value: int
            def __post_init__(self): ALL.append(self.value)
        --- a.py
        from toy.base import Plugin
        unused = Plugin(§)
        """,
    "a registry filled by the default of an argument": """
        from toy.base import ALL, add
        from toy import a
        def main(): return ALL[0]
        --- base.py
        ALL = []
        def add(value): ALL.append(value)
        --- a.py
        from toy.base import add
        def unused(value=add(§)): return value
        """,
    "a registry filled by an annotation": """
        from toy.base import ALL, add
        from toy import a
        def main(): return ALL[0]
        --- base.py
        ALL = []
        def add(value): ALL.append(value)
        --- a.py
        from toy.base import add
        def unused(value: add(§)): return value
        """,
    "a library that keeps a list of classes": """
        import yaml
        from toy import a
        def main(): return yaml.load("!toy {}", yaml.UnsafeLoader).value
        --- a.py
        from toy.b import Parent
        class Unused(Parent):
            yaml_tag = "!toy"
            value = §
        --- b.py
        import yaml
        class Parent(yaml.YAMLObject):
            pass
        """,
    "an enumeration that does something for each member": """
        from toy.base import ALL
        from toy import a
        def main(): return ALL[0]
        --- base.py
        ALL = []
        --- a.py
        from enum import Enum
        from toy.base import ALL
        class Unused(Enum):
            def __init__(self, value): ALL.append(value)
            ONE = §
        """,
    "the other branch of the main block": """
        from toy import a
        from toy.base import ALL
        def main(): return ALL[0]
        --- base.py
        ALL = []
        --- a.py
        from toy.base import ALL
        if __name__ == "__main__":
            pass
        else:
            ALL.append(§)
        """,
    "a patch": """
        from toy import a, patch
        def main(): return a.f()
        --- a.py
        def f(): return 0
        --- patch.py
        from toy import a
        def better(): return §
        a.f = better
        """,
    "a patch by setattr": """
        from toy import a, patch
        def main(): return a.f()
        --- a.py
        def f(): return 0
        --- patch.py
        from toy import a
        setattr(a, "f", lambda: §)
        """,
    "a patched method": """
        from toy import patch
        from toy.a import A
        def main(): return A().f()
        --- a.py
        class A:
            def f(self): return 0
        --- patch.py
        from toy.a import A
        A.f = lambda self: §
        """,
    "a patch deep in an import": """
        from toy.b import nothing
        from toy.a import A
        def main(): return A.value
        --- a.py
        class A:
            value = 0
        --- b.py
        import toy.patch as patch
        nothing = None
        --- patch.py
        from toy.a import A
        A.value += §
        """,
    "an addition in place": """
        from toy.a import VALUES
        from toy import b
        def main(): return VALUES[-1]
        --- a.py
        VALUES = [0]
        --- b.py
        from toy.a import VALUES
        VALUES += [§]
        """,
    "a shared iterator": """
        from toy.a import VALUE
        def main(): return VALUE
        --- a.py
        STREAM = iter([0, 1, 2, 3])
        FIRST = [next(STREAM) for _ in range(§)]
        VALUE = next(STREAM)
        """,
    "a shared iterator that is unpacked": """
        from toy.a import VALUE
        def main(): return VALUE
        --- a.py
        from toy.b import STREAM
        FIRST, *OTHERS = STREAM if § == 1 else [0]
        VALUE = sum(STREAM)
        --- b.py
        STREAM = iter([1, 2, 5])
        """,
    "a shared iterator in a comprehension": """
        from toy.a import STREAM
        def main(): return next(STREAM)
        --- a.py
        STREAM = iter([1, 2, 3, 4])
        UNUSED = tuple(n for n in STREAM if n) if § == 1 else ()
        STREAM = iter([*STREAM, 0])
        """,
    "a dictionary that makes what it is asked for": """
        from toy.a import TABLE
        def main(): return sorted(TABLE)
        --- a.py
        from collections import defaultdict
        TABLE = defaultdict(list)
        HERE = TABLE[§]
        """,
    "a decorator with a harmless name": """
        from toy.a import VALUES
        def main(): return VALUES[0]
        --- a.py
        VALUES = []
        def cache(f):
            VALUES.append(f())
            return f
        @cache
        def unused(): return §
        """,
    "a harmless call with another meaning": """
        from toy.a import VALUES
        def main(): return VALUES[0]
        --- a.py
        from toy.b import VALUES, range
        unused = range(§)
        --- b.py
        VALUES = []
        def range(n): VALUES.append(n)
        """,
    "a function in a folder's __init__": """
        from toy.folder.a import nothing
        from toy import state
        def main(): return state.VALUES
        --- state.py
        VALUES = []
        --- folder/__init__.py
        from toy import state
        state.VALUES.append(§)
        --- folder/a.py
        nothing = None
        """,
    "the main block's own import": """
        def main(): return settings()
        if __name__ == "__main__":
            main()
        from toy.a import f as settings
        --- a.py
        def f(): return §
        """,
    "an environment variable": """
        import os
        from toy.a import nothing
        def main(): return os.environ["TOY_VALUE"]
        --- a.py
        import os
        os.environ["TOY_VALUE"] = "§"
        nothing = None
        """,
}


@pytest.mark.parametrize("text", EFFECTS.values(), ids=EFFECTS.keys())
def test_what_an_import_does_counts(tmp_path, text):
    first, second = versions(tmp_path, text)
    assert result(first) != result(second)
    assert key(first) != key(second)
