"""The exception whose message is meant for the user, and suggestions for misspelt names."""

import difflib
from collections.abc import Iterable


class UserError(Exception):
    """An error that the user can fix: one line that names the file or key and says what to do.

    Any other exception is a bug of this code and keeps its traceback.
    """


def nearest(name: object, known: Iterable[object]) -> str:
    """The end of an error line, "; did you mean 'lottery'?", or "" if no name is similar."""
    close = difflib.get_close_matches(str(name), [str(each) for each in known], n=1, cutoff=0.5)
    return f"; did you mean '{close[0]}'?" if close else ""
