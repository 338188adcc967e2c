"""The one exception that a user is meant to read, and how it names what was meant."""

import difflib
from collections.abc import Iterable


class UserError(Exception):
    """A fault that the user can mend: one line that names the file or key and says what to do.

    Everything else that is raised is a bug of ours and keeps its traceback.
    """


def nearest(name: object, known: Iterable[object]) -> str:
    """The end of an error line, "; did you mean 'lottery'?", or nothing where nothing is near."""
    close = difflib.get_close_matches(str(name), [str(each) for each in known], n=1, cutoff=0.5)
    return f"; did you mean '{close[0]}'?" if close else ""
