"""The different cells of several spaces. Imports no torch."""

from collections.abc import Iterable

from workflow_scripts.studies.nas.cell import named
from workflow_scripts.studies.nas.settings import Space


def all_cells(spaces: Iterable[Space], hand: str) -> list[str]:
    """All different cells of some spaces, and one designed by hand, in alphabetical order."""
    found = {hand}
    for space in spaces:
        found.update(named(space.operations, space.free))
    return sorted(found)
