from typing import Annotated, Literal

from pydantic import Field

from workflow_scripts.core.kinds import kinds_of
from workflow_scripts.core.settings import Settings


class First(Settings):
    """A kind with one name."""

    kind: Literal["first"]
    """One."""


class Second(Settings):
    """A kind with two names."""

    kind: Literal["second", "2nd"] = "second"
    """Another."""


def test_kinds_are_the_members_of_a_union_by_their_names():
    union = Annotated[First | Second, Field(discriminator="kind")]
    assert kinds_of(union) == {"first": First, "second": Second, "2nd": Second}


def test_a_union_may_have_one_member():
    assert kinds_of(Annotated[First, Field(discriminator="kind")]) == {"first": First}
