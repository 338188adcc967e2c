"""A copy of the repository whose results are versioned, by the commands that a user has."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.workflow.repository_copy import DEADLINE_S, SMALLEST, RepositoryCopy, environment

SCALE = "smoke"
OVERLAY = f"config/scales/{SCALE}/lottery.yaml"
CHECKPOINTS = f"results/{SCALE}/lottery/checkpoints"
LEAF = f"{CHECKPOINTS}/lenet/seeds-0-1/rewind-0/level-1/trained.safetensors"
TRAINED = f"{CHECKPOINTS}/lenet-eighth/seeds-0-1/dense/trained.safetensors"
TABLE = f"results/{SCALE}/lottery/tables/curves.csv"
IMAGES = "data/fashion-mnist/train-images-idx3-ubyte"
NOTHING = "snakemake --dry-run: Nothing to be done"


@dataclass(frozen=True)
class VersionedCopy(RepositoryCopy):
    """A copy in which the small configuration is the committed one, so that no flag is needed."""

    def command(self, *arguments: str, configfiles: tuple[str, ...] = ()) -> list[str]:
        """The command line of Snakemake."""
        files = ["--configfile", *configfiles] if configfiles else []
        return [sys.executable, "-m", "snakemake", *arguments, *files]

    def execute(self, *command: str, before: tuple[str, ...] = (), **more: str) -> tuple[int, str]:
        """Run a command here: exit status and everything printed."""
        done = subprocess.run(
            [*before, *command],
            cwd=self.root,
            env=surroundings() | more,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=DEADLINE_S * 3,
        )
        return done.returncode, done.stdout

    def make(self, name: str, *arguments: str, **more: Any) -> tuple[int, str]:
        """What `make snapshot`, `make restore` or `make verify-snapshot` runs."""
        module = f"workflow_scripts.operation.versioning.{name}"
        return self.execute(sys.executable, "-m", module, "--scale", SCALE, *arguments, **more)

    def succeed(self, name: str, *arguments: str, **more: Any) -> str:
        """As `make`, and it must succeed; what it printed."""
        status, output = self.make(name, *arguments, **more)
        assert status == 0, output
        return output

    def dvc(self, *arguments: str, **more: Any) -> str:
        """Run DVC, which must succeed; what it printed."""
        status, output = self.execute(sys.executable, "-m", "dvc", *arguments, **more)
        assert status == 0, output
        return output

    def commit(self, message: str) -> str:
        """Commit everything; the commit's name."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        return self.head()

    def head(self) -> str:
        """The name of the commit that is checked out."""
        return (self.root / ".git/refs/heads/main").read_text().strip()

    def cloned(self, root: Path) -> "VersionedCopy":
        """What `git clone` makes of it: nothing that Git ignores, no cache."""
        subprocess.run(["git", "clone", "--quiet", self.root, root], check=True, env=surroundings())
        return VersionedCopy(root)

    def set_remote(self, options: Mapping[str, str]) -> None:
        """Settings of the remote `store` that are this machine's own."""
        lines = ["['remote \"store\"']", *(f"    {key} = {each}" for key, each in options.items())]
        (self.root / ".dvc/config.local").write_text("\n".join(lines) + "\n")

    def big_files(self) -> dict[str, str]:
        """SHA-256 of every checkpoint, and of the raw data; locks of fetching are none."""
        found = [p for folder in (CHECKPOINTS, "data") for p in (self.root / folder).rglob("*")]
        return self.digests(
            *(str(p.relative_to(self.root)) for p in found if p.is_file() and p.suffix != ".lock")
        )

    def stored(self, path: str, cache: Path | None = None) -> Path:
        """Where DVC keeps the content that lies at `path`."""
        digest = subprocess.run(
            ["md5sum", self.root / path], check=True, capture_output=True, text=True
        ).stdout.split()[0]
        return (cache or self.root / ".dvc/cache") / "files/md5" / digest[:2] / digest[2:]


def error_lines(output: str) -> list[str]:
    """The lines by which a command says what is wrong."""
    return [line for line in output.splitlines() if line.startswith("error: ")]


def surroundings() -> dict[str, str]:
    """The environment of an activated installation, without settings of whoever runs the tests."""
    git = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    kept = {k: v for k, v in environment().items() if not k.startswith(("DVC_", "AWS_", "GIT_"))}
    return kept | git | {"PATH": path, "DVC_NO_ANALYTICS": "1", **SITE}


SITE: dict[str, str] = {}
"""Where DVC keeps what it remembers of all repositories; set by the tests' first fixture."""


def commit_the_small_configuration(copy: VersionedCopy) -> None:
    """Make the tests' configuration file the repository's own configuration."""
    small = yaml.safe_load((copy.root / SMALLEST).read_text())
    lottery = small.pop("lottery")
    for file, changes in (("config/config.yaml", small), (OVERLAY, lottery)):
        content = yaml.safe_load((copy.root / file).read_text())
        _merge(content, changes)
        (copy.root / file).write_text(yaml.safe_dump(content, sort_keys=False))


def _merge(content: dict, changes: dict) -> None:
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(content.get(key), dict):
            _merge(content[key], value)
        else:
            content[key] = value
