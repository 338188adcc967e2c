"""The commit of the code and the settings that a run is of."""

import subprocess

PATHS = ("Snakefile", "rules", "workflow_scripts", "config")


def code_commit() -> dict[str, str | bool]:
    """The last commit that changed code or settings, its date, and whether there are edits since.

    Commits of results, documents and tests do not count: the results of a commit are committed
    after it. Empty outside a Git repository, or without Git.
    """
    commit, _, date = _git("log", "-1", "--format=%H %cs", "--", *PATHS).partition(" ")
    edited = bool(_git("status", "--porcelain", "--untracked-files=no", "--", *PATHS))
    return {"commit": commit, "date": date, "edited": edited}


def _git(*arguments: str) -> str:
    # The owner of a folder mounted into a container is often another user.
    command = ["git", "-c", "safe.directory=*", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
