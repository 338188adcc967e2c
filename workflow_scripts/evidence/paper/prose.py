"""The sentences of the paper that no study writes: `prose.yaml`, filled in from the run."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from workflow_scripts.core.errors import UserError
from workflow_scripts.evidence import numbers
from workflow_scripts.evidence.report.typed import typed_number

PROSE = Path(__file__).parent / "prose.yaml"


def read_prose(run: Mapping[str, Any], path: Path = PROSE) -> dict[str, Any]:
    """Read the sentences and fill their templates from the facts `run`.

    Returns the content of the file with every text filled. Raises UserError naming the key of a
    template that fails or of a number that is typed by hand.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UserError(f"{path} is missing: restore it from the repository") from error
    except yaml.YAMLError as error:
        raise UserError(f"{path} is not YAML: {' '.join(str(error).split())}") from error
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    environment.filters.update(
        number=numbers.number,
        exact=numbers.exact,
        counted=numbers.counted,
        percent=numbers.percent,
        seconds=numbers.seconds,
        list_of=list_of,
        quoted=quoted,
    )

    def filled(key: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: filled(f"{key}.{name}", each) for name, each in value.items()}
        if isinstance(value, list):
            return [filled(f"{key}.{at}", each) for at, each in enumerate(value)]
        if typed := typed_number(value):
            raise UserError(
                f"{path}, {key}: the number {typed!r} is typed by hand; take it from the run, "
                "as in {{ run.claims }}"
            )
        try:
            text = environment.from_string(value).render(run=run)
        except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise UserError(f"{path}, {key}: the template fails ({error})") from error
        # Not str.split(): it would also cut at the spaces that hold a number and its unit together.
        return re.sub(r"[ \t\n]+", " ", text).strip()

    return {key: filled(key, value) for key, value in content.items()}


def list_of(items: Iterable[str]) -> str:
    """Return items as a list in a sentence: "a", "a and b", "a, b and c"."""
    *first, last = [*items] or ["none"]
    return f"{', '.join(first)} and {last}" if first else last


def quoted(text: str) -> str:
    """Return `text` in quotation marks."""
    return f"“{text}”"
