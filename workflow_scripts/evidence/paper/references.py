"""The literature: one BibTeX entry per paper, made from the references of the studies' pages."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from workflow_scripts.evidence.report.page import slug
from workflow_scripts.evidence.report.words import Reference

_INITIALS = r"(?:[^\W\d_]\.[- ]?)+"
_AUTHOR = rf"{_INITIALS}[^.,]+?"
_AUTHORS = re.compile(rf"(?P<names>{_AUTHOR}(?:, {_AUTHOR})*)(?P<more>,? et al)?\. ")
_REST = re.compile(r"(?P<title>.+?[.?!])(?: (?P<venue>.+?))?\.?$")
_ARXIV = re.compile(r"arxiv\.org/abs/([\w./-]+?)(?:v\d+)?$")
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    **{each: "\\" + each for each in "{}$&#_%"},
}


@dataclass(frozen=True)
class Run:
    """A piece of text, and the key of the paper that it names, if it names one."""

    text: str
    key: str | None = None


class Bibliography:
    """All papers that some studies refer to; a paper that two of them name is one entry."""

    def __init__(self, references: Mapping[str, Iterable[Reference]]) -> None:
        """`references` of each study, by its name: two studies may give one name to two papers."""
        self._by_key: dict[str, Reference] = {}
        self._names: dict[str, dict[str, str]] = {study: {} for study in references}
        for study, papers in references.items():
            for paper in papers:
                self._names[study][paper.key] = self._add(paper)

    def __len__(self) -> int:
        return len(self._by_key)

    def bibtex(self) -> str:
        """Return the entries as BibTeX, in the order of their keys."""
        return "\n".join(_entry(key, self._by_key[key]) for key in sorted(self._by_key))

    def cited(self, study: str, source: str) -> list[Run]:
        """Cut `source` after each paper of `study` that it names, as in "Barron 1993, Fig. 2"."""
        keys = self._names.get(study, {})
        names = sorted(keys, key=len, reverse=True)
        pattern = re.compile("|".join(map(re.escape, names)) or r"(?!)")
        runs, at = [], 0
        for named in pattern.finditer(source):
            runs.append(Run(source[at : named.end()], keys[named.group()]))
            at = named.end()
        return [*runs, Run(source[at:])] if source[at:] else runs

    def _add(self, reference: Reference) -> str:
        known = (key for key, each in self._by_key.items() if _same(each, reference))
        key = next(known, None) or self._free(slug(reference.key) or "paper")
        self._by_key.setdefault(key, reference)
        if len(reference.text) > len(self._by_key[key].text):
            self._by_key[key] = reference
        return key

    def _free(self, key: str) -> str:
        taken = sum(each == key or each.startswith(f"{key}-also-") for each in self._by_key)
        return f"{key}-also-{taken}" if taken else key


def _same(one: Reference, other: Reference) -> bool:
    return _address(one.url) == _address(other.url)


def _address(url: str) -> str:
    return re.sub(r"v\d+$", "", url.rstrip("/"))


def _entry(key: str, reference: Reference) -> str:
    names, title, venue = parsed(reference)
    year = re.search(r"\d{4}$", reference.key.strip())
    arxiv = _ARXIV.search(reference.url)
    place = venue or (f"arXiv:{arxiv.group(1)}" if arxiv else "")
    fields = {
        "author": " and ".join(_name(name) for name in names),
        "title": "{" + escaped(title) + "}",
        "journal": "{" + escaped(place) + "}" if place else "",
        "year": year.group() if year else "",
        "url": quote(reference.url, safe=":/?=&.,;+-_~@()'*!%"),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@article{{{key},", *lines, "}"])


def _name(name: str) -> str:
    """Return an author for BibTeX, which would take "et al." for a part of the name."""
    return "{" + escaped(name) + "}" if name.endswith(" et al.") else escaped(name)


def parsed(reference: Reference) -> tuple[list[str], str, str]:
    """Return authors, title and venue of a citation; authors are those of its key if it has none.

    A citation reads "A. Author, B. Author. Title. Venue."; authors and venue may be missing.
    """
    text = " ".join(reference.text.split())
    said = _AUTHORS.match(text)
    if said:
        names = [name.strip() for name in said["names"].split(", ")]
        others = bool(said["more"])
    else:
        text_of_key = re.sub(r",? \d{4}$", "", reference.key.strip())
        others = text_of_key.endswith(" et al.")
        names = re.split(r" & |, ", text_of_key.removesuffix(" et al."))
    if others:
        names[-1] += " et al."
    rest = _REST.match(text[said.end() :] if said else text)
    if rest is None:
        return names, text, ""
    return names, rest["title"].removesuffix("."), rest["venue"] or ""


def escaped(text: str) -> str:
    """Return `text` for a field of BibTeX, where it stands for itself."""
    return "".join(_SPECIAL.get(letter, letter) for letter in text)
