"""Which files of the package a file may import, read off its text without taking it apart.

The answer may contain too much, as it also takes words in strings and comments for imports, and
never too little: code keys refuse imports that do not name the package.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache


class MayImport:
    """What the files of a package may import; `contents` are their bytes, by their paths in it."""

    def __init__(self, contents: Mapping[str, bytes], package_name: str) -> None:
        self._contents = contents
        gap, own = r"[\s\\]*", re.escape(package_name)  # lines may go on after a backslash
        text = rf"(?:\bfrom|\bimport|,){gap}\b{own}\b((?:{gap}\.{gap}\w+)*)"
        self._import = re.compile(text.encode())
        self._at_once = cache(self._imported_by)
        self._below = cache(self._all_below)

    def files(self, first: str) -> set[str]:
        """The file itself and all that may be imported with it, by whatever chain of imports."""
        found, ahead = {first}, [first]
        while ahead:
            new = self._at_once(ahead.pop()) - found
            found |= new
            ahead += new
        return found

    def _imported_by(self, file: str) -> frozenset[str]:
        found: set[str] = set()
        for dotted in set(self._import.findall(self._contents.get(file, b""))):
            found.update(self._of(re.findall(r"\w+", dotted.decode())))
        return frozenset(found)

    def _of(self, parts: list[str]) -> Iterator[str]:
        """The files of a dotted name; of a folder all, for any of them may be what is imported."""
        for end in range(len(parts) + 1):
            place = "/".join(parts[:end])
            if f"{place}.py" in self._contents:
                yield f"{place}.py"
                return  # what follows is a name in this file
            if (door := f"{place}/__init__.py".lstrip("/")) in self._contents:
                yield door
        yield from self._below(f"{place}/".lstrip("/"))

    def _all_below(self, folder: str) -> frozenset[str]:
        return frozenset(
            name for name in self._contents if name.startswith(folder) and name.endswith(".py")
        )
