"""Of a union of kinds only what the settings name counts, or what is reached otherwise."""

import pytest

from tests.core.reach.toy_package import closure, key, result, split, write

PACKAGE = """
    from toy.settings import Outer
    def main(): return Outer.model_validate({"shape": {"kind": "round", "size": 2}}).shape.area()
    --- settings.py
    from typing import Annotated, Literal
    from pydantic import BaseModel, Field
    from toy.round import Round
    from toy.square import Square
    from toy.thin import Thin
    Shape = Annotated[Round | Square | Thin, Field(discriminator="kind")]
    class Outer(BaseModel):
        shape: Shape
    --- round.py
    from typing import Literal
    from pydantic import BaseModel
    class Round(BaseModel):
        kind: Literal["round"]
        size: int
        def area(self):
            from toy.areas import circle
            return circle(self.size)
    --- square.py
    from typing import Literal
    from pydantic import BaseModel
    class Square(BaseModel):
        kind: Literal["square"]
        size: int
        def area(self): return self.size ** 2
    --- thin.py
    from typing import Literal
    from pydantic import BaseModel
    class Thin(BaseModel):
        kind: Literal["line", "point"]
        def area(self): return 0
    --- areas.py
    def circle(size): return 3 * size ** 2
    """
STEP = "from toy.settings import Outer\ndef main(given): return Outer.model_validate(given)"


def package(folder, **changed):
    """The package with files changed by their name, each by a pair of texts or a whole text."""
    files = split(PACKAGE) | {"step.py": STEP}
    for name, change in changed.items():
        file = f"{name}.py"
        files[file] = change if isinstance(change, str) else files[file].replace(*change)
        assert files[file] != split(PACKAGE).get(file)
    return write(folder, files)


def classes(package, *kinds):
    """The kinds of shapes that are reached."""
    names = {name.partition(":")[2] for name in closure(package, *kinds).sources}
    return names & {"Round", "Square", "Thin"}


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (["round"], {"Round"}),
        (["square"], {"Square"}),
        (["point"], {"Thin"}),
        (["round", "square"], {"Round", "Square"}),
        (["kind", "of another union"], set()),
        (["kind", "round"], {"Round"}),
        (["of another union"], {"Round", "Square", "Thin"}),
        ([], {"Round", "Square", "Thin"}),
    ],
)
def test_members_whose_kind_is_named_count(tmp_path, kinds, expected):
    assert classes(package(tmp_path), *kinds) == expected


def test_an_edit_of_another_kind_changes_nothing(tmp_path):
    before = package(tmp_path / "before")
    after = package(tmp_path / "after", square=("** 2", "* self.size"))
    assert key(before, "round") == key(after, "round")
    assert key(before, "square") != key(after, "square")
    assert key(before) != key(after)


def test_what_a_kind_imports_counts_with_it(tmp_path):
    before = package(tmp_path / "before")
    after = package(tmp_path / "after", areas="def circle(size): return size")
    assert key(before, "round") != key(after, "round")
    assert key(before, "square") == key(after, "square")


def test_a_new_kind_in_a_file_of_its_own_changes_nothing(tmp_path):
    before = package(tmp_path / "before")
    text = split(PACKAGE)["settings.py"]
    text = text.replace("Thin,", "Thin | Wide,")
    text = text.replace("from toy.thin", "from toy.wide import Wide\nfrom toy.thin")
    wide = split(PACKAGE)["square.py"].replace("Square", "Wide").replace("square", "wide")
    after = package(tmp_path / "after", settings=text, wide=wide)
    assert "Wide" in after.module("settings.py").binders("Shape")[0].text
    assert key(before, "round") == key(after, "round")
    assert key(before) != key(after)


def test_a_kind_that_is_no_longer_in_the_union_changes_only_its_own(tmp_path):
    before = package(tmp_path / "before")
    text = split(PACKAGE)["settings.py"].replace("Round | Square", "Round")
    after = package(
        tmp_path / "after", settings=text.replace("from toy.square import Square\n", "")
    )
    assert key(before, "round") == key(after, "round")
    assert key(before, "square") != key(after, "square")


OTHERWISE = {
    "an instance as a default": "class Outer(BaseModel):\n    shape: Shape = Square(kind='x')",
    "a dictionary as a default": "class Outer(BaseModel):\n    shape: Shape = {'kind': 'square'}",
    "a default in a Field": (
        "class Outer(BaseModel):\n    shape: Shape = Field(default={'kind': 'square'})"
    ),
    "a test of the type": (
        "class Outer(BaseModel):\n    shape: Shape\n"
        "    def is_square(self): return isinstance(self.shape, Square)"
    ),
    "a table of kinds": "TABLE = {1: Square}\nclass Outer(BaseModel):\n    shape: Shape = TABLE[1]",
    "a string": "class Outer(BaseModel):\n    shape: Shape\n    def default(self): return 'square'",
    "a type without a tag": "class Outer(BaseModel):\n    shape: Shape\n    other: Round | Square",
}


@pytest.mark.parametrize("outer", OTHERWISE.values(), ids=OTHERWISE.keys())
def test_a_member_that_is_reached_otherwise_counts(tmp_path, outer):
    old = "class Outer(BaseModel):\n    shape: Shape"
    assert classes(package(tmp_path, settings=(old, outer)), "round") == {"Round", "Square"}


FORMS = {
    "a field": (
        "Shape = Annotated[Round | Square | Thin, Field(discriminator='kind')]",
        "shape: Shape",
    ),
    "an optional field": (
        "Shape = Annotated[Round | Square | Thin, Field(discriminator='kind')]",
        "shape: Shape | None = None",
    ),
    "the union in the field": (
        "",
        "shape: Round | Square | Thin = Field(discriminator='kind')",
    ),
    "an optional union in the field": (
        "",
        "shape: Round | Square | Thin | None = Field(None, discriminator='kind')",
    ),
    "Union": (
        "from typing import Union\n"
        "Shape = Annotated[Union[Round, Square, Thin], Field(discriminator='kind')]",
        "shape: Shape",
    ),
    "modules": (
        "from toy import round, square, thin\nShape = Annotated["
        "round.Round | square.Square | thin.Thin, Field(discriminator='kind')]",
        "shape: Shape",
    ),
}


@pytest.mark.parametrize(("union", "field"), FORMS.values(), ids=FORMS.keys())
def test_a_union_may_be_written_in_several_ways(tmp_path, union, field):
    text = split(PACKAGE)["settings.py"]
    old = 'Shape = Annotated[Round | Square | Thin, Field(discriminator="kind")]'
    text = text.replace(old, union).replace("shape: Shape", field)
    there = package(
        tmp_path, settings=text, step=PACKAGE.partition("---")[0].replace("    ", "", 2)
    )
    assert classes(there, "square") == {"Round", "Square"}  # main names "round" itself
    assert classes(there) == {"Round", "Square", "Thin"}


@pytest.mark.parametrize(
    "union",
    [
        "Round | Square | Thin",
        "Annotated[Round | Square | Thin, Field(discriminator='shape')]",
        "Annotated[Round | Square | Thin, Field(description='kind')]",
    ],
)
def test_any_other_union_counts_whole(tmp_path, union):
    old = 'Annotated[Round | Square | Thin, Field(discriminator="kind")]'
    assert classes(package(tmp_path, settings=(old, union)), "round") == {"Round", "Square", "Thin"}


def test_a_member_without_a_kind_of_its_own_always_counts(tmp_path):
    inherited = "from toy.thin import Thin\nclass Square(Thin): ..."
    assert classes(package(tmp_path, square=inherited), "round") == {"Round", "Square", "Thin"}


def test_the_text_of_the_union_names_what_counts(tmp_path):
    sources = closure(package(tmp_path), "round", "square").sources
    assert sources["settings.py:Shape"] == (
        "Shape = Annotated[Round | Square, Field(discriminator='kind')]"
    )


def test_the_package_works(tmp_path):
    assert result(write(tmp_path, split(PACKAGE))) == 12
