"""Text files of which the part between two marks is written by a command."""

from workflow_scripts.core.errors import UserError


def with_part(text: str, begin: str, end: str, part: str, missing: str) -> str:
    """`text` with `part` between the marks `begin` and `end`; UserError `missing` without them."""
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise UserError(missing)
    return f"{before}{begin}{part}{end}{after}"
