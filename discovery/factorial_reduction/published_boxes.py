"""Boxes of published searches, and the published families with few parameters."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial

from discovery.errors import ParameterError
from discovery.factorial_reduction.boxes import Box, Group, Interval, coefficient_box, monomials
from discovery.factorial_reduction.enumeration import Roots

HALF = Fraction(1, 2)


def power_box(ranges: tuple[Interval, ...], degree: int, multipliers: Interval) -> Box:
    """Return the box of a with coefficients in `ranges`, from low to high, and b = c n^degree."""
    return Box(monomials(len(ranges) - 1), ranges, (Group(_same(Fraction(0), degree), (multipliers,)),))


def zeta3_family(x0: Interval, x1: Interval, x2: Interval) -> Box:
    """Return a = x0 (n^3 + (n+1)^3) + x1 (2n+1), b = x2 n^6, the published family around zeta(3).

    References
    ----------
    Raayoni et al., Nature 590 (2021), 67-73; Elimelech et al., PNAS 121 (2024), e2321440121.
    """
    return _family((1, 3, 3, 2), (1, 2), ranges=(x0, x1), degree=6, multipliers=x2)


def zeta5_family(x0: Interval, x1: Interval, x2: Interval, x3: Interval) -> Box:
    """Return a = x0 (n^5 + (n+1)^5) + x1 (n^3 + (n+1)^3) + x2 (2n+1), b = x3 n^10, likewise around zeta(5)."""
    return _family((1, 5, 10, 10, 5, 2), (1, 3, 3, 2), (1, 2), ranges=(x0, x1, x2), degree=10, multipliers=x3)


def catalan_family(a: tuple[Interval, Interval, Interval], x0: Interval, x1: Interval) -> Box:
    """Return a of degree 2 and b = (2n-1)^3 (x0 (2n-1) + x1), x0 not zero, the published domain of Catalan's constant.

    Parameters
    ----------
    a : tuple of (int, int)
        Ranges of the coefficients of a, from low to high.
    """
    multipliers: dict[Roots, list[int]] = {}
    for scale in range(x0[0], x0[1] + 1):
        for offset in range(x1[0], x1[1] + 1):
            if scale:
                shape = tuple(sorted((HALF, HALF, HALF, HALF - Fraction(offset, 2 * scale)), reverse=True))
                leading = 16 * scale // (8 * (HALF - Fraction(offset, 2 * scale)).denominator)
                multipliers.setdefault(shape, []).append(leading)
    groups = tuple(Group(s, tuple((c, c) for c in sorted(multipliers[s]))) for s in sorted(multipliers, reverse=True))
    return Box(monomials(2), a, groups)


def _family(*basis: tuple[int, ...], ranges: tuple[Interval, ...], degree: int, multipliers: Interval) -> Box:
    return Box(basis, ranges, (Group(_same(Fraction(0), degree), (multipliers,)),))


def _same(root: Fraction, times: int) -> Roots:
    return (root,) * times


def published_box(name: str) -> Box:
    """Return a box that others can repeat, by its name.

    Parameters
    ----------
    name : str
        One of `PUBLISHED`.

    Raises
    ------
    ParameterError
        There is no box of that name.
    """
    if name not in PUBLISHED:
        raise ParameterError(f"box must be one of {', '.join(PUBLISHED)}; got {name!r}", field="box")
    return PUBLISHED[name]()


def _linear() -> Box:
    return coefficient_box(((-5, 5), (1, 5)), ((-5, 5), (-5, 5), (-5, 5)))


def _five_shapes() -> Box:
    shapes = ("0 0 0 0", "0 0 0 -1", "0 0 0 -1/2", "1/2 0 0 -1/2", "0 0 -1 -1")
    multipliers = ((-8, -8), (-6, -1), (1, 4), (8, 8))
    groups = tuple(Group(tuple(map(Fraction, shape.split())), multipliers) for shape in shapes)
    return Box(monomials(2), ((0, 5), (0, 12), (1, 12)), groups)


PUBLISHED: dict[str, Callable[[], Box]] = {
    "S1": _linear,
    "S2": _five_shapes,
    "2.1e8": partial(power_box, ((-60, 60), (-60, 60), (1, 60)), 4, (-120, 120)),
    "7.7e8": partial(power_box, ((0, 30), (0, 60), (0, 74), (1, 40)), 6, (-72, 64)),
    "2.06e10": partial(power_box, ((-200, 200), (-200, 200), (1, 200)), 4, (-320, 320)),
    "9.97e10": partial(power_box, ((-300, 300), (-300, 300), (1, 300)), 4, (-460, 460)),
    "1.57e11": partial(power_box, ((0, 191), (0, 191), (0, 127), (1, 128)), 6, (-130, 130)),
}
"""Boxes, most by their number of pairs: S1 of degrees (1, 2), S2 and three more of (2, 4), two of (3, 6).

In S1 the coefficients of b are bounded; in the others b = c n^4 or c n^6, in S2 also c n^3 (n+1), c n^3 (2n+1),
c n^2 (4 n^2 - 1) and c n^2 (n+1)^2.
"""
