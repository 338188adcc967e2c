"""Names of groups of widths; separate from the settings, which training jobs do not need."""

from collections.abc import Sequence


def group_of(widths: Sequence[int]) -> str:
    """The name of a group of widths, such as "6-10-16"."""
    return "-".join(map(str, widths))


def widths_of(group: str) -> list[int]:
    """The widths of a group from its name."""
    return [int(width) for width in group.split("-")]
