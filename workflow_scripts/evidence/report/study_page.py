"""The words of one study: `page.yaml` beside its code, with every number from the configuration."""

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

# How configuration names a data set, and how one writes it.
DATASETS = {
    "fashion-mnist": "Fashion-MNIST",
    "mnist-1d": "MNIST-1D",
    "cifar-10": "CIFAR-10",
    "digits": "scikit-learn's digits",
}
# A digit that begins a word ("15 levels") is a typed number; one inside a name (MNIST-1D) is not.
_TYPED = re.compile(r"(?<![\w\-–.])\d[\w.,%]*")
_TEMPLATED = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Figure(_Strict):
    """One figure: its file in the study's figures folder, and what to look at."""

    file: str = Field(pattern=r"^[^/\\]+\.svg$")
    title: str
    caption: str
    alt: str

    @property
    def headline(self) -> str:
        """The title as a sentence of its own."""
        return self.title if self.title[-1] in "?!" else f"{self.title}."


class Published(_Strict):
    """A number that the literature prints for the quantity of one of our claims."""

    claim: str
    quantity: str
    value: str
    source: str


class Explanation(_Strict):
    """What is known of why a claim got a verdict, shown beside it and beside no other verdict."""

    claim: str
    verdict: Literal["contradicted", "inconclusive"]
    text: str


class Reference(_Strict):
    """A paper or repository: the key that sources use, the full text, where it is."""

    key: str
    text: str
    url: str = Field(pattern=r"^https?://")


class StudyPage(_Strict):
    """The words of one study, with templates already filled in."""

    title: str
    subtitle: str
    question: str
    method: str
    figures: tuple[Figure, ...] = ()
    published: tuple[Published, ...] = ()
    explanations: tuple[Explanation, ...] = ()
    references: tuple[Reference, ...] = ()
    deviations: tuple[str, ...] = ()


def read_study_page(path: str | Path, cfg: dict[str, Any]) -> StudyPage:
    """Read `page.yaml` and fill its templates from the study's configuration `cfg`.

    Raises UserError that names the file and the key: for what is missing, unknown or misspelt, for
    a template that asks for a key that the configuration lacks, and for a number typed by hand.
    Templates have the filters `number` (a setting as text), `dataset` (the written name of a data
    set) and `seeds` (all seeds of the batches).
    Only `published` and `references` quote numbers: they are other people's.
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
        self.environment.filters.update(number=exact, dataset=DATASETS.__getitem__, seeds=_seeds)

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
