"""Durations as a person says them."""


def spoken(seconds: float) -> str:
    """`seconds` to the unit that matters: 45 s, 18 min, 3 h 10 min, 4 days."""
    if seconds < 0.5:
        return "under 1 s"
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 100:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60:02} min"
    return f"{minutes / 60 / 24:,.0f} days"
