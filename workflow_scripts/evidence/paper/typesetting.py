"""From content to PDF: the template of this folder, compiled by typst."""

import json
import re
import unicodedata
from pathlib import Path
from typing import Any, Literal

import matplotlib
import typst

from workflow_scripts.core.errors import UserError

TEMPLATE = Path(__file__).parent / "paper.typ"
STANDARD: Literal["ua-1"] = "ua-1"
"""PDF/UA-1: tagged, with a title, a language and alternative texts."""


def compiled(content: dict[str, Any], bibtex: str, template: Path = TEMPLATE) -> bytes:
    """Return the paper as PDF: equal contents give equal bytes.

    Content reaches the template as data, so that text in it stays text. The fonts are those that
    ship with typst and, for the letters in figures, with matplotlib; with them comes one that has
    a sign for each script, where no other has the letter. UserError if the template does not
    compile.
    """
    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    compiler = typst.Compiler(
        template,
        root=template.parent,
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[fonts]),
        sys_inputs={"content": json.dumps(clean(content)), "bibliography": clean(bibtex)},
    )
    try:
        # Time is fixed: the bytes depend on the content alone.
        made = compiler.compile(format="pdf", pdf_standards=[STANDARD], timestamp=0)
    except typst.TypstError as error:
        raise UserError(f"{template} does not compile: {_explained(error)}") from error
    assert isinstance(made, bytes)
    return made


def clean(content: Any) -> Any:
    """Return content without characters that no font has: controls, private use, unassigned."""
    if isinstance(content, dict):
        return {key: clean(value) for key, value in content.items()}
    if isinstance(content, list):
        return [clean(each) for each in content]
    if isinstance(content, str):
        return "".join(letter for letter in content if _is_text(letter))
    return content


def _is_text(letter: str) -> bool:
    return letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cf", "Co", "Cn", "Cs")


def _explained(error: typst.TypstError) -> str:
    return re.sub(r"\s+", " ", "; ".join([str(error), *error.hints]))
