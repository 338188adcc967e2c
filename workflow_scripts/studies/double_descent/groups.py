"""Groups of widths by name, apart from the settings: the training job needs no more of them."""

from collections.abc import Sequence


def group_of(widths: Sequence[int]) -> str:
    """The name of a group of widths, such as "6-10-16"."""
    return "-".join(map(str, widths))


def widths_of(group: str) -> list[int]:
    """The widths of a group from its name."""
    return [int(width) for width in group.split("-")]
