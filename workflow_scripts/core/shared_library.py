"""A shared library of functions that return a number each, written without a compiler."""

import struct
from collections.abc import Mapping

PAGE = 0x1000
SYMBOL, DYNAMIC = 24, 16
"""Bytes of an entry of the table of symbols, and of what the loader is told."""


def constant_functions(answers: Mapping[str, int]) -> bytes:
    """An ELF file for x86-64 Linux with a C function `int name(void)` for each of `answers`.

    It has what the loader needs and nothing else (System V ABI, chapters 4 and 5): code, names and
    their table in one page that is read and executed, the description of these in one that the
    loader may write.
    """
    names, at = b"\0", {}
    for name in answers:
        at[name] = len(names)
        names += name.encode() + b"\0"
    # mov eax, answer; ret
    codes = [b"\xb8" + struct.pack("<i", answer) + b"\xc3" for answer in answers.values()]
    begin = 64 + 4 * 56
    code = b"".join(each.ljust(16, b"\xcc") for each in codes)
    symbols = bytes(SYMBOL)
    for number, name in enumerate(answers):
        # A global function, in some section of a file that has none.
        symbols += struct.pack("<IBBHQQ", at[name], 0x12, 0, 1, begin + 16 * number, 6)
    count = 1 + len(answers)
    # One bucket: a chain through all symbols.
    table = struct.pack(f"<{3 + count}I", 1, count, 1, 0, *range(2, count), 0)
    places = [begin]
    for part in (code, symbols, names.ljust(-(-len(names) // 8) * 8, b"\0")):
        places.append(places[-1] + len(part))
    _, at_symbols, at_names, at_table = places
    told = struct.pack(
        "<12Q",
        *(4, at_table),
        *(5, at_names),
        *(6, at_symbols),
        *(10, len(names)),
        *(11, SYMBOL),
        *(0, 0),
    )
    text = b"".join([code, symbols, names.ljust(at_table - at_names, b"\0"), table])
    read, write, execute = 4, 2, 1
    segments = [
        (1, read | execute, 0, begin + len(text)),
        (1, read | write, PAGE, len(told)),
        (2, read | write, PAGE, len(told)),  # the dynamic section
        (0x6474E551, read | write, 0, 0),  # a stack that is not executed
    ]
    header = struct.pack(
        "<16sHHIQQQIHHHHHH",
        *(b"\x7fELF\x02\x01\x01", 3, 62, 1, 0, 64, 0, 0, 64, 56, len(segments), 64, 0, 0),
    )
    header += b"".join(
        struct.pack("<IIQQQQQQ", kind, flags, place, place, place, size, size, PAGE)
        for kind, flags, place, size in segments
    )
    file = header + text
    if len(file) > PAGE:
        raise ValueError(f"{len(answers)} functions do not fit into a page")
    return file.ljust(PAGE, b"\0") + told
