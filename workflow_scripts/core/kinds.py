"""Unions of settings that are discriminated by their `kind`."""

from typing import Any, get_args


def kinds_of(union: Any) -> dict[str, Any]:
    """The classes of `Annotated[A | B, Field(discriminator="kind")]`, by the kind of each."""
    members = get_args(union)[0]
    return {
        kind: member
        for member in get_args(members) or (members,)
        for kind in get_args(member.model_fields["kind"].annotation)
    }
