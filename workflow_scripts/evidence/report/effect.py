"""What a claim measured, in the reader's units: the effect, as a sentence without a verdict."""

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

from jinja2 import StrictUndefined, TemplateError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from workflow_scripts.core.errors import UserError
from workflow_scripts.evidence.claims.row import Entry, Numbers, Part
from workflow_scripts.evidence.numbers import MINUS, WIDE, estimate, fixed, number, with_unit
from workflow_scripts.evidence.report.words import ClaimWords

DIGITS = 3
"""The most digits of a measured number in a sentence."""


def effect_of(claim: Entry, words: ClaimWords, cfg: dict[str, Any]) -> str | None:
    """Return the effect of `claim` in words; None if nothing was measured, or not all it speaks of.

    Templates read `ours` (the part that decides), `parts`, `p` (parts by name: only names that no
    setting changes) and `control`. UserError
    names the claim if the template fails otherwise.
    """
    if claim.estimate is None or not math.isfinite(claim.estimate):
        return None
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    environment.filters.update(FILTERS)
    try:
        text = environment.from_string(words.effect).render(
            ours=claim,
            p={part.name: part for part in claim.parts},
            parts=claim.parts or (claim,),
            control=claim.control_side,
            cfg=cfg,
        )
    except UndefinedError:  # other settings have other parts
        return None
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise UserError(
            f"page.yaml of {claim.study}, effect of {claim.claim}: the template fails ({error})"
        ) from error
    text = " ".join(text.split(" ")).strip()
    return text[0].upper() + text[1:] + ("" if text.endswith(".") else ".")


def _value(given: Numbers) -> float:
    if given.estimate is None or not math.isfinite(given.estimate):
        raise ValueError("nothing was measured")
    return given.estimate


def amount(given: Numbers) -> str:
    """Its size without a sign, rounded as its interval allows, with its unit."""
    return value(given).removeprefix(MINUS)


def more(
    given: Numbers, above: str = "above", below: str = "below", unit: str | None = None
) -> str:
    """Its size and, by its sign, one of two words: "0.8 pp above", "0.4 pp below"."""
    size = amount(given) if unit is None else with_unit(bare_size(given), unit)
    return f"{size} {above if _value(given) >= 0 else below}"


def value(given: Numbers) -> str:
    """Its number and unit."""
    return with_unit(bare(given), given.unit)


def bare(given: Numbers) -> str:
    """Its number without the unit, rounded as its interval allows, with at most three digits."""
    text = estimate(_value(given), given.low, given.high)[0]
    digits = re.sub(r"^0+", "", re.sub(r"\D", "", text))
    return number(_value(given)) if len(digits) > DIGITS else text


def bare_size(given: Numbers) -> str:
    """Its number without sign and unit."""
    return bare(given).removeprefix(MINUS)


def times(given: Numbers) -> str:
    """A ratio: "2.1 times"."""
    return f"{number(_value(given), 2)}{WIDE}times"


def share(given: Numbers) -> str:
    """A share of seeds as a count: "17 of 20"."""
    if given.n and math.isclose(given.n * _value(given), round(given.n * _value(given))):
        return f"{round(given.n * _value(given))} of {given.n}"
    return percent(given)


def percent(given: Numbers) -> str:
    """A share as a percentage."""
    per_cent = 100 * _value(given)
    return with_unit(fixed(per_cent, 0 if abs(per_cent) >= 10 or per_cent == 0 else 1), "%")


def doubling(given: Numbers) -> str:
    """A slope in log-log as the factor of a doubling: "0.59"."""
    return number(2 ** _value(given), 2)


def power(given: Numbers, base: float = math.e) -> str:
    """`base` to the power of it: an estimate on a logarithmic scale as a number."""
    return number(base ** _value(given), 2)


def in_unit(parts: Sequence[Numbers], unit: str) -> list[Numbers]:
    """The parts that are measured in `unit`."""
    return [part for part in parts if part.unit == unit]


def listed(parts: Sequence[Numbers], how: str, *arguments: Any) -> str:
    """All parts with their names: "0.59 (2 layers) and 0.56 (3 layers)"."""
    texts = []
    for part in parts:
        name = part.name if isinstance(part, Part) else ""
        texts.append(FILTERS[how](part, *arguments) + (f" ({name})" if name else ""))
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"


FILTERS: dict[str, Callable[..., Any]] = {
    "amount": amount,
    "more": more,
    "value": value,
    "bare": bare,
    "times": times,
    "share": share,
    "percent": percent,
    "doubling": doubling,
    "power": power,
    "in_unit": in_unit,
    "listed": listed,
}
