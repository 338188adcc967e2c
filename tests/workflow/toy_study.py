"""The smallest study that there is, added to a copy as CONTRIBUTING says: files, and two lines."""

import shutil

from tests.workflow.repository_copy import CHECKOUT, RepositoryCopy

FILES = CHECKOUT / "tests/workflow/toy"
REGISTRY = "workflow_scripts/studies/registry.py"
IMPORT = "from workflow_scripts.studies.toy.study import STUDY as TOY\n"


def add_toy(copy: RepositoryCopy) -> None:
    """Put the study's files into a copy of the repository, and register it as the last."""
    for path in sorted(filter(lambda path: path.is_file(), FILES.rglob("*"))):
        target = copy.root / path.relative_to(FILES)
        assert not target.exists(), f"{target} is there already"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    registry = copy.root / REGISTRY
    imports, listed, rest = registry.read_text().partition("\nREGISTERED")
    entries, end, rest = rest.partition("\n    )")
    registry.write_text(f"{imports}{IMPORT}{listed}{entries}\n        TOY,{end}{rest}")
