"""The guard against numbers that somebody typed into a text: digits, and numbers as words."""

import re

_TEMPLATED = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
# A digit that begins a word ("15 levels") is a typed number; one within a name (MNIST-1D) is not.
_DIGITS = r"(?<![\w\-–.])\d[\w.,%]*"
_LARGE = (
    r"five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|"
    r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundreds?|thousands?|millions?|dozens?"
)
_PARTS = r"quarters?|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?|hundredths?|thousandths?"
# One to four count panels and lines of a drawing; they are numbers where they are shares or rates.
_SMALL = r"one|two|three|four"
_WORDS = (
    rf"\b(?:{_LARGE}|{_PARTS}|per ?cent)\b"
    rf"|\b(?:{_SMALL}|a) thirds?\b"
    rf"|\b(?:{_SMALL}) (?:in|out of) (?:{_SMALL})\b"
)
_TYPED = re.compile(rf"{_DIGITS}|{_WORDS}", re.IGNORECASE)


def typed_number(text: str) -> str | None:
    """Return the first number in `text` that no template fills in; None if there is none."""
    typed = _TYPED.search(_TEMPLATED.sub("", text))
    return typed.group() if typed else None
