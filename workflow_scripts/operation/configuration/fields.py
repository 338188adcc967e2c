"""From the places in pydantic's errors to the keys that a user wrote, and their neighbours."""

from collections.abc import Iterator, Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

KEY = "[key]"
"""How pydantic marks that the key of a mapping is wrong, not its value."""
Location = Sequence[int | str]


def written_keys(model: Any, location: Location) -> list[str]:
    """`location` without what only pydantic knows of: the variant of a union, the mark of a key."""
    return [str(part) for part, _, written in _walk(model, location) if written]


def names_at(model: Any, location: Location) -> list[str]:
    """The names that are known where the last key of `location` stands."""
    last = [annotation for _, annotation, written in _walk(model, location) if written][-1]
    if hasattr(last, "model_fields"):
        return list(_fields(last))
    key = _bare(get_args(last)[0]) if get_origin(last) is dict else None
    return list(get_args(key)) if get_origin(key) is Literal else []


def _walk(model: Any, location: Location) -> Iterator[tuple[int | str, Any, bool]]:
    """Each part of `location`, the type it stands in, and whether a user wrote it."""
    annotation = _bare(model)
    for part in location:
        if part == KEY:
            continue
        if isinstance(annotation, tuple):  # the variants of a union, told apart by their tag
            yield part, annotation, False
            annotation = next((v for v in annotation if part in _tags(v)), None)
        else:
            yield part, annotation, True
            annotation = _bare(_step(annotation, part))


def _step(annotation: Any, part: int | str) -> Any:
    """The type one key further; None where that is unknown."""
    if hasattr(annotation, "model_fields"):
        return _fields(annotation).get(part) if isinstance(part, str) else None
    arguments = get_args(annotation)
    if get_origin(annotation) is dict:
        return arguments[1]
    return arguments[0] if get_origin(annotation) in (tuple, list) else None


def _fields(model: Any) -> Mapping[str, Any]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _tags(variant: Any) -> tuple[Any, ...]:
    return get_args(variant.model_fields["kind"].annotation)


def _bare(annotation: Any) -> Any:
    """`annotation` without `Annotated` and `| None`; a tuple of its variants if it is a union."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _bare(get_args(annotation)[0])
    if origin in (Union, UnionType):
        variants = [each for each in get_args(annotation) if each is not NoneType]
        return _bare(variants[0]) if len(variants) == 1 else tuple(variants)
    return annotation
