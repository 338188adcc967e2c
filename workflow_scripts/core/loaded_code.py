"""Whether the code that a job runs is the code that its rule's key stands for.

The key is computed when Snakemake reads the rules. Until the job imports its modules they can be
edited, and put back before anybody looks; and the package of another clone can come first on
Python's path. Results would then be of other code than their record says.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType

from workflow_scripts.core.code_key import PACKAGE, recomputed
from workflow_scripts.core.errors import UserError


class LoadedCode:
    """The rule's `script` that this process runs, and the modules that it imports.

    Snakemake writes a `copy` of the script right before it starts the process; a file that the
    file system dates after that copy is not surely what was imported. The date is that of the last
    change of any kind (ctime): putting a file back with its old modification time sets it too.
    """

    def __init__(self, script: Path, copy: Path) -> None:
        self.script = script.resolve()
        self.began = copy.stat().st_ctime_ns

    def check(self, keys: Mapping[str, str]) -> None:
        """UserError unless what was imported so far lies beside the script and has the `keys`.

        What is imported from now on is checked when it is.
        """
        if not self.script.is_relative_to(PACKAGE):
            raise UserError(
                f"{self.script} would run with the package in {PACKAGE}: unset PYTHONPATH"
            )
        for module in [self.script, *_loaded()]:
            self._refuse_newer(module)
        if recomputed(keys) != dict(keys):
            raise _changed(self.script)
        sys.meta_path.insert(0, self)

    def check_texts(self, keys: Mapping[str, str]) -> None:
        """UserError where a text that counts as code, such as a template, was changed since."""
        for names in keys:
            for text in names.split(" + ")[1:]:
                if not text.endswith(".py"):
                    self._refuse_newer(PACKAGE / text)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> None:
        """Find nothing, as one of `sys.meta_path`, but refuse a module that was changed since."""
        if fullname.startswith(f"{PACKAGE.name}."):
            place = PACKAGE.parent.joinpath(*fullname.split("."))
            for module in (place / "__init__.py", place.with_suffix(".py")):
                if module.exists():
                    self._refuse_newer(module)

    def _refuse_newer(self, file: Path) -> None:
        if file.stat().st_ctime_ns >= self.began:
            raise _changed(file)


def _loaded() -> Iterator[Path]:
    """The files of the package that this process has imported."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file is not None and name.partition(".")[0] == PACKAGE.name:
            yield Path(file)


def _changed(file: Path) -> UserError:
    return UserError(f"the code changed while this ran ({file}): run the same command again")
