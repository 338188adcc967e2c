"""Group-sequential looks: after how many seeds a claim is judged, and at which level."""

LOOKS = (5, 10, 20)
"""Numbers of seeds after which a claim is judged, unless it declares others."""
FREE = (*LOOKS, 40)
"""Looks of claims whose seeds cost nothing."""
ALPHA_OF_A_CLAIM = 0.01
"""Probability that a claim that lies on its margin is ever decided, over all its looks."""
_LEVELS = {1: 0.01, 2: 0.005, 3: 0.0036, 4: 0.0027}


def level(looks: tuple[int, ...]) -> float:
    """The nominal two-sided level at each of `looks`, the same at each (Pocock 1977).

    Three looks at 5, 10 and 20 seeds spend 1 % in all at .0036 each, four at .0027, both simulated
    with t-tests; two are halved (Bonferroni). ValueError for looks that do not ascend from at least
    3 seeds, or for more than four.
    """
    if not looks or list(looks) != sorted(set(looks)) or looks[0] < 3:
        raise ValueError(f"looks are ascending numbers of at least 3 seeds, not {looks}")
    if len(looks) not in _LEVELS:
        raise ValueError(f"no level is known for {len(looks)} looks: declare at most 4")
    return _LEVELS[len(looks)]
