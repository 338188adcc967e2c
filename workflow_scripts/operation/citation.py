"""The references in CITATION.cff: the papers whose claims are tested, from the studies' pages.

python -m workflow_scripts.operation.citation [--check]
"""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from workflow_scripts.core.artifacts.atomic import write_text
from workflow_scripts.studies.registry import REGISTERED

ROOT = Path(__file__).resolve().parents[2]
BEGIN = "# Written by `make format` from the studies' pages.\n"
AUTHORS = re.compile(r"([A-Z]\..*?[^\W\d_]{2,})\. (.+)")
"""Authors with their initials, up to a full stop after a surname; then the rest."""


def references() -> Iterator[dict[str, Any]]:
    """Each paper once, by its address, in the order of the studies."""
    seen = set()
    for study in REGISTERED.values():
        for paper in study.words.get("references", []):
            if paper["url"] not in seen:
                seen.add(paper["url"])
                yield reference(paper)


def reference(paper: dict[str, str]) -> dict[str, Any]:
    """A paper as CFF has it, from `key` ("Power et al. 2022"), `text` and `url`."""
    key, _, year = paper["key"].rpartition(" ")
    text = " ".join(paper["text"].split())
    found = AUTHORS.fullmatch(text)
    names, rest = (found[1].split(", "), found[2]) if found else (re.split(r" & ", key), text)
    title = re.split(r"(?<=[.?!]) ", rest, maxsplit=1)[0].rstrip(".")
    of_year = {"year": int(year[:4])} if re.match(r"\d{4}", year) else {}
    authors = [{"name": "others" if name == "et al" else name} for name in names]
    return {"type": "article", "title": title, "authors": authors, **of_year, "url": paper["url"]}


def with_references(citation: str) -> str:
    """The text of CITATION.cff with the references anew."""
    own = citation.partition(BEGIN)[0]
    content = {"references": list(references())}
    return own + BEGIN + yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)


def main(arguments: list[str] | None = None) -> int:
    """Write the references, or with --check say whether they are out of date and return 1."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    path = ROOT / "CITATION.cff"
    before = path.read_text(encoding="utf-8")
    after = with_references(before)
    if parser.parse_args(arguments).check:
        if before != after:
            print("error: CITATION.cff is out of date: make format", file=sys.stderr)
            return 1
    else:
        write_text(path, after)
    return 0


if __name__ == "__main__":
    sys.exit(main())
