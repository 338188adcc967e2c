"""Comparing drawings of vectors.

matplotlib's layout solves equations whose terms are in the order of their addresses in memory: once
in some hundred figures a last digit is another, and with it the names that are digests of places.
"""

import re

_NUMBER = re.compile(r"-?\d+\.\d+")
_PIXELS = re.compile(r"(?<=base64,)[^\"]*")
_NAME = re.compile(r"\b(?:p|m|image)[0-9a-f]{10}\b")


def seen(svg: str) -> str:
    """What one can see of a drawing, places to 0.01 of a pixel. Pixels in it are left out."""
    names: dict[str, str] = {}
    svg = _PIXELS.sub("", svg)
    svg = _NAME.sub(lambda found: names.setdefault(found[0], f"name{len(names)}"), svg)
    return _NUMBER.sub(lambda found: f"{float(found[0]):.2f}", svg)
