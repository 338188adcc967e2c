"""The text of one study: its `page.yaml`, with every number taken from the configuration."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import ValidationError

from workflow_scripts.core.errors import UserError
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.evidence.numbers import exact
from workflow_scripts.evidence.report.typed import typed_number
from workflow_scripts.evidence.report.words import StudyPage

# The names of data sets in the configuration, and in text.
DATASETS = {
    "fashion-mnist": "Fashion-MNIST",
    "mnist-1d": "MNIST-1D",
    "cifar-10": "CIFAR-10",
    "digits": "scikit-learn's digits",
}


def read_study_page(path: str | Path, cfg: dict[str, Any]) -> StudyPage:
    """Read `page.yaml` and fill its templates from the study's configuration `cfg`.

    Raises UserError naming the file and the key: for missing, unknown or misspelt keys, for a
    template that uses a key that the configuration lacks, and for a number typed by hand.
    Templates have the filters `number` (a setting as text), `dataset` (the written name of a data
    set) and `seeds` (all seeds of the batches). The effects of claims are filled in by `effect.py`,
    once there are numbers.
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
            "claims": tuple(
                each.model_copy(
                    update={
                        "that": fill(f"claims.{at}.that", each.that),
                        "effect": fill.checked(f"claims.{at}.effect", each.effect),
                    }
                )
                for at, each in enumerate(page.claims)
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

    def checked(self, key: str, text: str) -> str:
        """The template as it is; UserError for a number typed into it."""
        if typed := typed_number(text):
            raise UserError(
                f"{self.path}, {key}: the number {typed!r} is typed by hand; "
                "take it from the configuration, as in {{ cfg.levels }}"
            )
        return text

    def __call__(self, key: str, text: str) -> str:
        self.checked(key, text)
        try:
            filled = self.environment.from_string(text).render(cfg=self.cfg)
        except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise UserError(f"{self.path}, {key}: the template fails ({error})") from error
        return " ".join(filled.split())


def _dataset(name: str) -> str:
    """The written name of a data set; those of one's own keep the name that they were given."""
    return name.rpartition("/")[2] if "/" in name else DATASETS[name]


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


def settings_digest(cfg: dict[str, Any]) -> str:
    """Return 12 digits that stand for the settings of a study; its lists of seeds do not count."""
    text = json.dumps(_without_seeds(cfg), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _without_seeds(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {key: _without_seeds(v) for key, v in value.items() if not str(key).endswith("seeds")}
