"""Who made the report, of which code: from CITATION.cff and from the records of the run."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workflow_scripts.core.errors import UserError
from workflow_scripts.evidence.report.records import Code


class _Author(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    name: str = ""
    given: str = Field(default="", alias="given-names")
    family: str = Field(default="", alias="family-names")

    @property
    def written(self) -> str:
        """The name as it is written in a sentence."""
        return self.name or f"{self.given} {self.family}".strip()


class _Citation(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    title: str
    authors: tuple[_Author, ...]
    license: str = ""
    version: str = ""
    repository: str = Field(default="", alias="repository-code", pattern=r"^(https://.*)?$")


@dataclass(frozen=True)
class Colophon:
    """Title, authors, licence and address of the project, and the commit that was run.

    `repository` is empty where CITATION.cff names none, `commit` and `date` where the run
    was not of a Git repository.
    """

    title: str
    authors: tuple[str, ...]
    license: str
    version: str
    repository: str
    commit: str = ""
    date: str = ""
    edited: bool = False

    @property
    def cite(self) -> str:
        """How to cite the report, in one line."""
        parts = [", ".join(self.authors), self.title.rstrip(".")]
        if self.version:
            parts.append(f"Version {self.version}")
        if self.commit:
            parts.append(f"Commit {self.commit[:10]}, {self.date}")
        return ". ".join([*parts, *filter(None, [self.repository])]) + "."

    def source(self, path: str) -> str:
        """The address of a file at the commit; empty where the repository has none."""
        if not (self.repository and self.commit):
            return ""
        return f"{self.repository.rstrip('/').removesuffix('.git')}/blob/{self.commit}/{path}"


def read_colophon(path: str | Path, code: Code) -> Colophon:
    """Read CITATION.cff; UserError names the file and the key that is wrong."""
    try:
        content: Any = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
        citation = _Citation.model_validate(content)
    except FileNotFoundError as error:
        raise UserError(f"{path} is missing: restore it from Git") from error
    except yaml.YAMLError as error:
        raise UserError(f"{path} is not YAML: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"])) or "the whole file"
        raise UserError(f"{path}, {key}: {first['msg']}") from error
    return Colophon(
        title=citation.title,
        authors=tuple(author.written for author in citation.authors),
        license=citation.license,
        version=citation.version,
        repository=citation.repository,
        commit=code.commit,
        date=code.date,
        edited=code.edited,
    )
