"""What stands around the polynomials of a kernel: range reduction, reconstruction, special values, as data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flint import arb

from discovery.exact.programs.program import Program
from discovery.exact.programs.typed_code import CodeWriter

Write = Callable[[CodeWriter, str, Sequence[Program]], str]


@dataclass(frozen=True)
class Core:
    """A function of the reduced argument for which a kernel has a polynomial.

    Parameters
    ----------
    target : str
        The function, an expression in ``x``.
    lower, upper : str
        Ends of the interval of the reduced argument, expressions.
    value : callable
        The function at a ball; at 0 too.
    weight : callable
        What a unit of error of the polynomial makes of the relative error of the kernel; positive but at 0.
    fixed : tuple of str
        Leading coefficients, low to high, that are not free: hexadecimal floats.
    lowest : int
        The smallest degree that makes sense.
    wide : bool
        Whether the polynomial is evaluated in binary64, by multiplications and additions.
    """

    target: str
    lower: str
    upper: str
    value: Callable[[arb], arb]
    weight: Callable[[arb], arb]
    fixed: tuple[str, ...] = ()
    lowest: int = 1
    wide: bool = False


@dataclass(frozen=True)
class Reduction:
    """A method for one function: how its argument is reduced and its value put together from polynomials.

    Parameters
    ----------
    name : str
        Unique name of the method.
    function : str
        The function, as `discovery.exact.float32.reference` names it.
    cores : tuple of Core
        What the polynomials are for.
    write : callable
        ``write(writer, x, programs)`` appends the operations and returns the operand of the value.
    domain : tuple of (str, str)
        Smallest and largest argument, hexadecimal floats or ``-inf``, ``inf``: the claims of a kernel are about these
        arguments, ends included, and about no other.
    principal : tuple of (str, str)
        Intervals of arguments, away from 0, in which the largest errors stand: elsewhere the method repeats itself or
        is exact. Hexadecimal floats.
    summary : str
        The method in one line.
    specials : str
        What happens to special values and outside the domain.
    """

    name: str
    function: str
    cores: tuple[Core, ...]
    write: Write
    domain: tuple[str, str]
    principal: tuple[tuple[str, str], ...]
    summary: str
    specials: str


def both_signs(lower: str, upper: str) -> tuple[tuple[str, str], ...]:
    """Return an interval of positive numbers and its mirror image."""
    return ((f"-{upper}", f"-{lower}"), (lower, upper))
