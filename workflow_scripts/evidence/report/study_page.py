"""The text of one study: its `page.yaml`, with every number taken from the configuration."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import yaml
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workflow_scripts.core.errors import UserError
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.evidence.numbers import exact

# The names of data sets in the configuration, and in text.
DATASETS = {
    "fashion-mnist": "Fashion-MNIST",
    "mnist-1d": "MNIST-1D",
    "cifar-10": "CIFAR-10",
    "digits": "scikit-learn's digits",
}
# A digit that begins a word ("15 levels") is a typed number; one within a name (MNIST-1D) is not.
_TYPED = re.compile(r"(?<![\w\-–.])\d[\w.,%]*")
_TEMPLATED = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Figure(_Strict):
    """One figure: its file in the study's figures folder, and what to look for."""

    file: str = Field(pattern=r"^[^/\\]+\.svg$")
    title: str
    caption: str
    alt: str

    @property
    def headline(self) -> str:
        """The title as a sentence of its own."""
        return self.title if self.title[-1] in "?!" else f"{self.title}."


class Published(_Strict):
    """A number from the literature for the quantity of one of our claims."""

    claim: str
    quantity: str
    value: str
    source: str


class Explanation(_Strict):
    """What is known about why a claim got a verdict; shown only with that verdict."""

    claim: str
    verdict: Literal["supported", "contradicted", "undecided", "control failed"]
    text: str


class Amendment(_Strict):
    """A change to a claim after data: what it is now, why, and the verdict before."""

    claim: str
    when: str
    what: str
    why: str
    before: str


class Registration(_Strict):
    """The commit in which the present claims were written, before any of their results."""

    commit: str = Field(pattern=r"^[0-9a-f]{7,40}$")
    date: str


class Pilot(_Strict):
    """The seeds of the pilot, which are part of no verdict, and what it decided."""

    seeds: str
    what: str


class Reference(_Strict):
    """A paper or repository: the key used by sources, the full citation, its address."""

    key: str
    text: str
    url: str = Field(pattern=r"^https?://")


class StudyPage(_Strict):
    """The text of one study, with templates filled in."""

    title: str
    subtitle: str
    question: str
    method: str
    figures: tuple[Figure, ...] = ()
    published: tuple[Published, ...] = ()
    explanations: tuple[Explanation, ...] = ()
    references: tuple[Reference, ...] = ()
    deviations: tuple[str, ...] = ()
    registered: Registration | None = None
    pilot: Pilot | None = None
    amendments: tuple[Amendment, ...] = ()


def read_study_page(path: str | Path, cfg: dict[str, Any]) -> StudyPage:
    """Read `page.yaml` and fill its templates from the study's configuration `cfg`.

    Raises UserError naming the file and the key: for missing, unknown or misspelt keys, for a
    template that uses a key that the configuration lacks, and for a number typed by hand.
    Templates have the filters `number` (a setting as text), `dataset` (the written name of a data
    set) and `seeds` (all seeds of the batches).
    Only `published` and `references` may quote numbers, because they are other people's, and
    `amendments` and `pilot`, because they speak of what was before this configuration.
    """
    page = _validated(path)
    fill = _Filler(path, cfg)
    return page.model_copy(
        update={
            "title": fill("title", page.title),
            "subtitle": fill("subtitle", page.subtitle),
            "question": fill("question", page.question),
            "method": fill("method", page.method),
            "deviations": tuple(
                fill(f"deviations.{at}", text) for at, text in enumerate(page.deviations)
            ),
            "explanations": tuple(
                each.model_copy(update={"text": fill(f"explanations.{at}.text", each.text)})
                for at, each in enumerate(page.explanations)
            ),
            "figures": tuple(
                figure.model_copy(
                    update={
                        key: fill(f"figures.{at}.{key}", getattr(figure, key))
                        for key in ("title", "caption", "alt")
                    }
                )
                for at, figure in enumerate(page.figures)
            ),
        }
    )


class _Filler:
    """Renders one template after another in a sandbox and names the key that went wrong."""

    def __init__(self, path: str | Path, cfg: dict[str, Any]) -> None:
        self.path, self.cfg = path, cfg
        self.environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
        self.environment.filters.update(number=exact, dataset=_dataset, seeds=_seeds)

    def __call__(self, key: str, text: str) -> str:
        typed = _TYPED.search(_TEMPLATED.sub("", text))
        if typed:
            raise UserError(
                f"{self.path}, {key}: the number {typed.group()!r} is typed by hand; "
                "take it from the configuration, as in {{ cfg.levels }}"
            )
        try:
            filled = self.environment.from_string(text).render(cfg=self.cfg)
        except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise UserError(f"{self.path}, {key}: the template fails ({error})") from error
        return " ".join(filled.split())


def _dataset(name: str) -> str:
    """The written name of a data set; those of one's own keep the name that they were given."""
    return DATASETS.get(name, name.rpartition("/")[2])


def _seeds(batches: Iterable[str]) -> list[int]:
    return [seed for batch in batches for seed in seeds_of(batch)]


def _validated(path: str | Path) -> StudyPage:
    try:
        content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UserError(f"{path} is missing: every study in the report has one") from error
    except yaml.YAMLError as error:
        raise UserError(f"{path} is not YAML: {' '.join(str(error).split())}") from error
    try:
        return StudyPage.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"])) or "the whole file"
        raise UserError(f"{path}, {key}: {first['msg']}") from error
