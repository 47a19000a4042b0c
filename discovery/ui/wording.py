"""Numbers, times and states in words."""

from __future__ import annotations

import math
import time

from discovery.store.query import Total


def count(number: int, noun: str = "", plural: str | None = None) -> str:
    """Return ``5,040 candidates``; the plural form follows the number."""
    if not noun:
        return f"{number:,}"
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def total(found: Total, noun: str = "") -> str:
    """Return ``5,040 formulas`` for a number that was counted to its end, else ``more than 5,000 formulas``."""
    words = count(found.number, noun)
    return words if found.exact else f"more than {words}"


def duration(seconds: float) -> str:
    """Return a duration as people say it, two units at most.

    Examples
    --------
    >>> duration(0.3), duration(42), duration(200), duration(7300)
    ('300 ms', '42 s', '3 min 20 s', '2 h 1 min')
    """
    if seconds < 0.9995:
        return f"{max(1, round(seconds * 1000))} ms"
    if seconds < 10:
        return f"{round(seconds, 1):g} s"
    whole = round(seconds)
    for size, large, small_size, small in ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= 2 * size:
            rest = whole % size // small_size
            return f"{whole // size:,} {large} {rest} {small}" if rest else f"{whole // size:,} {large}"
    return f"{whole} s"


def quantity(value: float) -> str:
    """Return a positive number with its power of thousand in words: ``1.3 million``.

    Examples
    --------
    >>> quantity(950), quantity(1300000.0), quantity(2.5e9)
    ('950', '1.3 million', '2.5 billion')
    """
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if value >= size:
            return f"{value / size:.3g} {word}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def rough(value: float) -> str:
    """Return a number known roughly, to two digits.

    Examples
    --------
    >>> rough(96743), rough(5231234)
    ('about 97,000', 'about 5.2 million')
    """
    exponent = max(0, math.floor(math.log10(value)) - 1)
    return f"about {quantity(round(value / 10**exponent) * 10**exponent)}"


def chance_hits(expected: float) -> str:
    """Return the expected number of chance hits: exact words for the tiny ones, a bound below 1e-60."""
    if expected < 1e-60:
        return "< 1e-60 chance hits"
    if expected < 0.01:
        return f"at most {10.0 ** math.ceil(math.log10(expected)):.0e} chance hits"
    return f"about {expected:.2g} chance hits"


def moment(epoch: float | None) -> str:
    """Return a UTC time to the minute."""
    return "-" if epoch is None else time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(epoch))


def bytes_words(size: float | None) -> str:
    """Return a number of bytes with a binary unit."""
    if size is None:
        return "unknown"
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} TiB"
