"""What a closure holds, in which order, and under which names."""

from tests.core.reach.toy_package import closure, key, result, split, versions, write


def test_units_are_named_by_file_and_definition(tmp_path):
    package = write(
        tmp_path,
        split("""
            from toy.a import f, A
            def main(): return f(), A
            if __name__ == "__main__":
                main()
            --- a.py
            import math
            LIMIT: int = 3
            def f(): return LIMIT + math.pi
            class A: ...
            print("imported")
            """),
    )
    assert list(closure(package).sources) == [
        "a.py:import math",
        "a.py:LIMIT",
        "a.py:f",
        "a.py:A",
        "a.py:print('imported')",
        "step.py:import f",
        "step.py:import A",
        "step.py:main",
        "step.py:__main__",
    ]


def test_statements_count_in_the_order_in_which_they_run(tmp_path):
    text = """
        {}
        def main(): return state.VALUES
        --- state.py
        VALUES = []
        --- a.py
        from toy import state
        state.VALUES.append("a")
        --- b.py
        from toy import state
        state.VALUES.append("b")
        """
    orders = [
        write(tmp_path / order, split(text.format(f"from toy import {order}, state")))
        for order in ("a, b", "b, a")
    ]
    assert result(orders[0]) == ["a", "b"]
    assert result(orders[1]) == ["b", "a"]
    assert key(orders[0]) != key(orders[1])


def test_a_library_counts_once_it_is_imported_by_anything(tmp_path):
    texts = {
        "none": "def f(): return 0",
        "unused": "import numpy\ndef f(): return 0",
        "elsewhere": "import numpy\ndef f(): return 0\ndef g(): return numpy.pi",
        "python's own": "import math\ndef f(): return 0\ndef g(): return math.pi",
        "late": "def f(): return 0\ndef g():\n    import numpy",
    }
    step = "from toy.a import f\ndef main(): return f()"
    keys = {
        name: key(write(tmp_path / name, {"step.py": step, "a.py": text}))
        for name, text in texts.items()
    }
    assert keys["none"] == keys["python's own"] == keys["late"]
    assert len({keys["none"], keys["unused"], keys["elsewhere"]}) == 3


def test_a_script_without_main_counts_whole(tmp_path):
    packages = versions(tmp_path, "FIRST = §\ndef f(): return FIRST")
    assert key(packages[0]) != key(packages[1])


def test_all_imported_files_are_known_those_of_functions_last(tmp_path):
    package = write(
        tmp_path,
        split("""
            from toy.a import f
            def main():
                from toy.late import g
                return f(), g()
            --- a.py
            from toy.unreached import x
            def f(): return 0
            --- unreached.py
            x = 1
            --- late.py
            from toy.a import f
            def g(): return 0
            --- never.py
            y = 1
            """),
    )
    files = [file for file in closure(package).files if not file.endswith("__init__.py")]
    assert files == ["unreached.py", "a.py", "step.py", "late.py"]


def test_equal_statements_count_where_they_stand(tmp_path):
    text = """
        from toy.a import STEPS
        def main(): return STEPS
        --- a.py
        STEPS = [1]
        {}
        """
    double, add = "STEPS.append(2 * STEPS[-1])", "STEPS.append(1 + STEPS[-1])"
    first = write(tmp_path / "1", split(text.format("; ".join([double, add, add]))))
    second = write(tmp_path / "2", split(text.format("; ".join([add, double, add]))))
    assert result(first) != result(second)
    assert key(first) != key(second)
    assert f"a.py:{add} (2)" in closure(first).sources


def test_classes_that_name_each_other_are_judged_the_same_whoever_is_asked_first(tmp_path):
    files = split("""
        from toy.a import f
        from toy.b import g
        def main(): return f(), g()
        --- a.py
        from toy import b
        class A:
            other: "b.B"
            first = b.B
        @A
        def f(): return 0
        --- b.py
        from toy import a
        class B(a.A):
            size = a.A()
        class C(B):
            own: int = B.size[C]
        def g(): return 0
        """)
    effects = []
    for order in (["a.py", "b.py"], ["b.py", "a.py"]):
        package = write(tmp_path / order[0], files)
        judged = {
            f"{file}:{unit.name}": package.has_effects(package.module(file), unit)
            for file in order
            for unit in package.module(file).units
        }
        effects.append(judged)
    assert effects[0] == effects[1]
    assert effects[0]["b.py:C"]
