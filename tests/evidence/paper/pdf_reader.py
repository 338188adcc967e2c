"""What a PDF made by typst says: its pages, the text on them, its fonts and its tags.

Only as much of the format as typst writes: every object stands by itself, streams are deflated, and
fonts map their glyphs to Unicode. So the tests need no library for it.
"""

import re
import zlib
from dataclasses import dataclass, field
from functools import cached_property

_OBJECT = re.compile(rb"(?s)(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj")
_STREAM = re.compile(rb"(?s)stream\r?\n(.*)\r?\nendstream")
# Brackets inside a string that are balanced need no escape.
_INNER = rb"(?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*"
_STRING = rb"\(" + _INNER + rb"\)|<[0-9A-Fa-f\s]*>"
_FONT_OR_TEXT = re.compile(
    rb"/(f\d+) [\d.]+ Tf|(\[(?:" + _STRING + rb"|[-\d.\s])*\]|" + _STRING + rb")\s*T[jJ]", re.DOTALL
)
_LITERAL = re.compile(rb"\((" + _INNER + rb")\)|<([0-9A-Fa-f\s]*)>", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


@dataclass(frozen=True)
class Pdf:
    """A document as bytes."""

    content: bytes
    _cmaps: dict[int, dict[int, str]] = field(default_factory=dict)

    @cached_property
    def objects(self) -> dict[int, bytes]:
        """All objects by number."""
        return {int(number): body for number, body in _OBJECT.findall(self.content)}

    @property
    def pages(self) -> list[bytes]:
        """The objects of the pages."""
        return [body for body in self.objects.values() if re.search(rb"/Type/Page\b(?!s)", body)]

    @property
    def tagged(self) -> bool:
        """Whether it has a structure that a screen reader can follow."""
        return b"/Marked true" in self.content and b"/Type/StructTreeRoot" in self.content

    def fonts(self) -> dict[str, bool]:
        """The fonts by name, each with whether its glyphs are in the file."""
        descriptors = [body for body in self.objects.values() if b"/Type/FontDescriptor" in body]
        return {
            re.search(rb"/FontName/([\w+-]+)", body)[1].decode(): b"/FontFile" in body
            for body in descriptors
        }

    def text(self) -> str:
        """The text of all pages, as a search would see it."""
        return "\n".join(self._text_of(page) for page in self.pages)

    def _text_of(self, page: bytes) -> str:
        fonts = self._fonts_of(page)
        content = self._stream(int(re.search(rb"/Contents (\d+) 0 R", page)[1]))
        cmap: dict[int, str] = {}
        words = []
        for name, shown in _FONT_OR_TEXT.findall(content):
            if name:
                cmap = fonts.get(name, {})
            else:
                codes = b"".join(_bytes(*literal) for literal in _LITERAL.findall(shown))
                pairs = zip(codes[::2], codes[1::2], strict=True)
                words.append("".join(cmap.get(256 * high + low, "?") for high, low in pairs))
        return "\n".join(words)

    def _fonts_of(self, page: bytes) -> dict[bytes, dict[int, str]]:
        resources = self.objects[int(re.search(rb"/Resources (\d+) 0 R", page)[1])]
        found = {}
        for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", resources):
            mapped = re.search(rb"/ToUnicode (\d+) 0 R", self.objects[int(number)])
            found[name] = self._cmap(int(mapped[1])) if mapped else {}
        return found

    def _cmap(self, number: int) -> dict[int, str]:
        if number not in self._cmaps:
            pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", self._stream(number))
            self._cmaps[number] = {
                int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
                for code, text in pairs
            }
        return self._cmaps[number]

    def _stream(self, number: int) -> bytes:
        body = self.objects[number]
        found = _STREAM.search(body)
        return zlib.decompress(found[1]) if b"FlateDecode" in body[: found.start()] else found[1]


def _bytes(literal: bytes, digits: bytes) -> bytes:
    def unescaped(found: re.Match[bytes]) -> bytes:
        what = found[1]
        return bytes([int(what, 8) & 255]) if what.isdigit() else _NAMED.get(what, what)

    return bytes.fromhex(digits.decode()) if digits else _ESCAPE.sub(unescaped, literal)
