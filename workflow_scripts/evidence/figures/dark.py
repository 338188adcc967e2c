"""The same drawing on a dark ground: rules inside an SVG, for readers whose screen is dark.

Programs that know no style sheets, or print, see the light drawing, because the rules only stand
beside it.
"""

import re
from collections.abc import Mapping

PAPER = "#16171a"
"""The ground of the page in the dark."""
_COLOUR = re.compile(r"\b(fill|stroke): (#[0-9a-f]{6})")


def with_dark(svg: str, hues: Mapping[str, str]) -> str:
    """Add the rules for a dark screen: greys are turned round, `hues` replaced by lighter ones.

    Other colours, as those of maps, stay. ValueError if `svg` has no element to hold the rules.
    """
    used = sorted(set(_COLOUR.findall(svg)))
    rules = [
        f'[style*="{kind}: {shade}"]{{{kind}:{dark}!important}}'
        for kind, shade in used
        # White lines are drawn on maps, whose colours stay.
        if (kind, shade) != ("stroke", "#ffffff") and (dark := _dark(shade, hues)) is not None
    ]
    # Text and strokes that name no colour are black.
    rules.append(f"text:not([style*=fill]){{fill:{_turned(0)}}}")
    before, defs, after = svg.partition("<defs>")
    if not defs:
        raise ValueError("the drawing has no definitions")
    style = f"<style>@media screen and (prefers-color-scheme: dark){{{''.join(rules)}}}</style>"
    return f"{before}{style}\n {defs}{after}"


def _dark(shade: str, hues: Mapping[str, str]) -> str | None:
    if shade in hues:
        return hues[shade]
    red, green, blue = (int(shade[at : at + 2], 16) for at in (1, 3, 5))
    return _turned(green) if red == green == blue else None


def _turned(grey: int) -> str:
    """White becomes the dark paper and black nearly white."""
    if grey == 255:
        return PAPER
    level = round(0x26 + (255 - grey) / 255 * (0xE7 - 0x26))
    return f"#{level:02x}{level:02x}{level:02x}"
