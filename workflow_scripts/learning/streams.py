"""Seeds of random streams that depend only on a seed, a purpose and counters. Imports no torch."""

import hashlib


def stream_seed(seed: int, purpose: str, *counters: int) -> int:
    """A 63-bit seed for the stream `purpose` of `seed`, independent of the other streams."""
    text = f"{seed}/{purpose}/" + "/".join(map(str, counters))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1
