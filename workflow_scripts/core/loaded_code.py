"""Check that the code a job runs is the code that its rule's key describes.

The key is computed when Snakemake reads the rules. Before the job imports its modules they may be
edited and even restored; or the package of another clone may come first on Python's path. The
results would then come from other code than their record says.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from workflow_scripts.core.code_key import JOIN, PACKAGE, hashed, kinds_in, sources
from workflow_scripts.core.errors import UserError


class LoadedCode:
    """The rule's `script` that this process runs, and the modules that it imports.

    Snakemake writes a `copy` of the script right before it starts the process; a file that is newer
    than that copy may differ from what was imported. Age is judged by ctime, the time of the last
    change of any kind: restoring a file with its old modification time updates it too.
    """

    def __init__(self, script: Path, copy: Path) -> None:
        self.script = script.resolve()
        self.began = copy.stat().st_ctime_ns

    def check(self, keys: Mapping[str, str], cfg: Mapping[str, Any]) -> None:
        """UserError unless the modules imported so far lie in this package and match `keys`.

        `cfg` are the settings of the job, which name its kinds. Later imports are checked as they
        happen.
        """
        if not self.script.is_relative_to(PACKAGE):
            raise UserError(
                f"{self.script} would run with the package in {PACKAGE}: unset PYTHONPATH"
            )
        for name, key in keys.items():
            counted = sources(name, kinds_in(cfg))
            for file in sorted({each.partition(":")[0] for each in counted if ":" in each}):
                self._refuse_newer(PACKAGE / file)
            if hashed(counted) != key:
                raise _changed(self.script)
        sys.meta_path.insert(0, self)

    def check_texts(self, keys: Mapping[str, str]) -> None:
        """UserError if a text that counts as code, such as a template, has changed since."""
        for names in keys:
            for text in names.split(JOIN)[1:]:
                self._refuse_newer(PACKAGE / text)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> None:
        """An entry of `sys.meta_path`: finds nothing, but refuses a module that has changed."""
        if fullname.startswith(f"{PACKAGE.name}."):
            place = PACKAGE.parent.joinpath(*fullname.split("."))
            for module in (place / "__init__.py", place.with_suffix(".py")):
                if module.exists():
                    self._refuse_newer(module)

    def _refuse_newer(self, file: Path) -> None:
        if file.stat().st_ctime_ns >= self.began:
            raise _changed(file)


def _changed(file: Path) -> UserError:
    return UserError(f"the code changed while this ran ({file}): run the same command again")
