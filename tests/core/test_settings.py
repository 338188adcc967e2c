"""Settings without their defaults, and the notes of which of them a step has asked for."""

from typing import Annotated, Literal

import pytest
from pydantic import Field

from workflow_scripts.core.settings import Given, Settings, section, spare


class Round(Settings):
    """A kind with a discriminator that has a default."""

    kind: Literal["round"] = "round"
    """Its kind."""
    radius: float = 1.0
    """How large."""


class Square(Settings):
    """Another kind."""

    kind: Literal["square"]
    """Its kind."""
    side: float = 1.0
    """How large."""


class Drawing(Settings):
    """Settings inside settings."""

    width: int
    """No default."""
    shape: Annotated[Round | Square, Field(discriminator="kind")] = Round()
    """Of a kind."""
    shapes: tuple[Square, ...] = ()
    """Some."""
    named: dict[str, Round] = Field(default_factory=dict)
    """By name."""
    shown: bool = True
    """Whether."""
    other_name: float = Field(default=0.5, alias="other-name")
    """Written otherwise."""


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"width": 1}, {"width": 1}),
        ({"width": 1, "shown": True, "other-name": 0.50}, {"width": 1}),
        ({"width": 1, "shape": {"kind": "round", "radius": 1}}, {"width": 1}),
        ({"width": 1, "shown": False}, {"width": 1, "shown": False}),
        ({"width": 1, "other-name": 1}, {"width": 1, "other-name": 1.0}),
        ({"width": 1, "shape": {"kind": "round", "radius": 2}}, None),
        ({"width": 1, "shape": {"kind": "square"}}, None),
        ({"width": 1, "shapes": [{"kind": "square"}]}, None),
        ({"width": 1, "named": {"a": {}}}, {"width": 1, "named": {"a": {"kind": "round"}}}),
    ],
)
def test_settings_at_their_default_are_left_out_and_come_back(given, left):
    settings = Drawing.model_validate(given)
    spared = spare(settings)
    assert spared == (given if left is None else left)
    assert Drawing.model_validate(spared) == settings


def test_a_new_setting_at_its_default_changes_nothing():
    class Wider(Drawing):
        """The same and more."""

        margin: float = 2.0
        """New."""
        corner: Square = Square(kind="square")
        """New."""

    given = {"width": 1, "shown": False}
    assert spare(Wider.model_validate(given)) == spare(Drawing.model_validate(given))


def test_what_is_no_settings_is_as_it_is():
    assert spare({"a": (1, 2.5, None, True), "b": "text"}) == {
        "a": [1, 2.5, None, True],
        "b": "text",
    }


def test_keys_that_nobody_asked_for_are_known():
    given = Given({"s.training": {"steps": 3}, "s.main": "lenet", "device": "cpu"})
    assert given.unread() == ["device", "s.main", "s.training"]
    assert section(given, "training") == {"steps": 3}
    assert given.unread() == ["device", "s.main"]
    with pytest.raises(KeyError):
        section(given, "late")
    assert len(given) == 3
    assert given.unread() == ["device", "s.main"]
    assert dict(given.items()) == given.plain
    assert given.unread() == []
