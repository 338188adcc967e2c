"""The one exception that a user is meant to read."""


class UserError(Exception):
    """A fault that the user can mend: one line that names the file or key and says what to do.

    Everything else that is raised is a bug of ours and keeps its traceback.
    """
