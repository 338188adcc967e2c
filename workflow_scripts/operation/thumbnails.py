"""Small pictures of the studies for the README: the first figure of each, scaled down."""

from pathlib import Path

from PIL import Image

from workflow_scripts.core.artifacts.atomic import replacing
from workflow_scripts.core.errors import UserError
from workflow_scripts.evidence.report.context import PageContext

SIDES = (400, 260)
"""Width and height in pixels: twice what the README shows, for fine screens."""
COLOURS = 64
"""Of the palette: a line drawing has few, and the file stays small."""


def write_thumbnails(context: PageContext, folder: Path) -> None:
    """Write `folder/<study>.png` for each study; UserError if a figure has no pixels yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for study in context.studies:
        source = Path(study.drawings[0].png)
        if not source.exists():
            raise UserError(f"{source} is missing: run snakemake again to make it")
        with replacing(folder / f"{study.name}.png") as temporary:
            thumbnail(source).save(temporary, format="PNG", optimize=True)


def thumbnail(source: Path) -> Image.Image:
    """The left part of a figure, in the proportions of `SIDES`, on white.

    Panels stand side by side, so that the left part of a wide figure is its first panels.
    """
    with Image.open(source) as opened:
        image = opened.convert("RGBA")
    white = Image.new("RGBA", image.size, "white")
    white.alpha_composite(image)
    width, height = SIDES
    part = min(image.width, round(image.height * width / height))
    cut = white.crop((0, 0, part, image.height)).convert("RGB")
    cut.thumbnail(SIDES, Image.Resampling.LANCZOS)
    framed = Image.new("RGB", SIDES, "white")
    framed.paste(cut, ((width - cut.width) // 2, (height - cut.height) // 2))
    return framed.quantize(COLOURS, dither=Image.Dither.NONE)
