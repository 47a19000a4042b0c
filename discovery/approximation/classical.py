"""The classical approximations of a target, each in its cheapest form: the baseline a search has to beat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from discovery.approximation.exchange import largest_error
from discovery.approximation.forms import digits_for, j_fraction, write_horner, write_j_fraction, write_quotient
from discovery.approximation.remez import BITS, Minimax, remez
from discovery.approximation.targets import Target
from discovery.approximation.wrapping import Wrapping, wrappings
from discovery.errors import NotConvergent
from discovery.exact.precision import working_precision
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_poles import inner_poles
from discovery.exact.programs.program_writer import ProgramWriter

MAX_OPERATIONS = 14
MIN_OPERATIONS = 2
_FARTHEST = 4


@dataclass(frozen=True)
class Classical:
    """A classical approximation as a program.

    Parameters
    ----------
    program : Program
        Without claim.
    form : str
        What it is, in words.
    operations : int
        Operation count.
    predicted : float
        Error of the target, from that of the reduced function; not certified.
    """

    program: Program
    form: str
    operations: int
    predicted: float


@dataclass(frozen=True)
class Baseline:
    """The best classical approximation with at most so many operations.

    Parameters
    ----------
    operations : int
        The number of operations allowed.
    best : Classical
    error : float
        Its largest error, in high precision on a fine grid with refined maxima; not certified.
    pole_free : bool
        Whether no division by zero happens inside the interval; proved.
    """

    operations: int
    best: Classical
    error: float
    pole_free: bool


def classical_programs(target: Target, max_operations: int = MAX_OPERATIONS) -> Iterator[Classical]:
    """Yield the minimax polynomials and rational functions of a target and of its wrappings, as programs.

    Parameters
    ----------
    target : Target
    max_operations : int
        Largest operation count.

    Yields
    ------
    Classical
        Polynomials of degree m as Horner forms (2m operations); rational functions of degrees (m, n) as J-fractions
        (3n-1 operations for m = n-1, 3n for m = n, 3n + 2(m-n) for m > n, 2n + m for m < n-1) and as quotients of
        Horner forms (2m + 2n).

    Notes
    -----
    Forms whose minimax does not exist with full alternation are left out.
    """
    for wrapping in wrappings(target):
        budget = max_operations - wrapping.operations
        for degree in range(1, budget // 2 + 1):
            if (found := _minimax(wrapping, degree, 0)) is not None:
                yield _polynomial(wrapping, found, degree)
        for degree, denominator_degree in _degrees(wrapping, budget):
            if (found := _minimax(wrapping, degree, denominator_degree)) is not None:
                yield from _rationals(wrapping, found, budget)


def baseline(target: Target, max_operations: int = MAX_OPERATIONS, *, pole_free: bool = False) -> tuple[Baseline, ...]:
    """Return the best classical approximation for every operation count from 2 on.

    Parameters
    ----------
    target : Target
    max_operations : int
        Largest operation count.
    pole_free : bool
        Whether programs with a division by zero inside the interval are left out.

    Returns
    -------
    tuple of Baseline
        Ascending; counts for which there is none are left out. Errors never grow.
    """
    return best_classical(classical_programs(target, max_operations), pole_free=pole_free)


def best_classical(found: Iterable[Classical], *, pole_free: bool = False) -> tuple[Baseline, ...]:
    """Return the table of `baseline` for some classical approximations of one target, up to the longest of them."""
    ranked: dict[int, list[Classical]] = {}
    for item in found:
        ranked.setdefault(item.operations, []).append(item)
    table: list[Baseline] = []
    for operations in range(MIN_OPERATIONS, max(ranked, default=0) + 1):
        best = table[-1] if table else None
        for item in sorted(ranked.get(operations, []), key=lambda candidate: candidate.predicted):
            if best is not None and item.predicted >= best.error:
                break
            free = not inner_poles(item.program)
            if free or not pole_free:
                best = Baseline(operations, item, largest_error(item.program), free)
                break
        if best is not None:
            table.append(Baseline(operations, best.best, best.error, best.pole_free))
    return tuple(table)


def _degrees(wrapping: Wrapping, budget: int) -> Iterator[tuple[int, int]]:
    """Yield the degrees of rational functions that the budget allows; far from the diagonal for the function alone."""
    farthest = _FARTHEST if not (wrapping.squarings or wrapping.doublings) else 1
    for n in range(1, budget // 2 + 1):
        for m in range(max(0, n - farthest), n + farthest + 1):
            cost = 3 * n + 2 * (m - n) if m >= n else max(2 * n + m, 3 * n - 1)
            if cost <= budget:
                yield m, n


def _minimax(wrapping: Wrapping, degree: int, denominator_degree: int) -> Minimax | None:
    try:
        return remez(wrapping.problem(), degree, denominator_degree)
    except NotConvergent:
        return None


def _polynomial(wrapping: Wrapping, found: Minimax, degree: int) -> Classical:
    writer = ProgramWriter()
    with working_precision(BITS):
        t, factor = wrapping.write_variable(writer)
        value = write_horner(writer, found.numerator, t, digits_for(found.error))
    return _classical(wrapping, found, writer, (value, factor), f"polynomial of degree {degree}, Horner")


def _rationals(wrapping: Wrapping, found: Minimax, budget: int) -> Iterator[Classical]:
    degrees = (len(found.numerator) - 1, len(found.denominator) - 1)
    digits = digits_for(found.error)
    with working_precision(BITS):
        fraction = j_fraction(found.numerator, found.denominator)
    if fraction.operations <= budget:
        writer = ProgramWriter()
        with working_precision(BITS):
            t, factor = wrapping.write_variable(writer)
            value = write_j_fraction(writer, fraction, t, digits)
        yield _classical(wrapping, found, writer, (value, factor), f"rational {degrees}, J-fraction")
    if 2 * sum(degrees) <= budget:
        writer = ProgramWriter()
        with working_precision(BITS):
            t, factor = wrapping.write_variable(writer)
            value = write_quotient(writer, found.numerator, found.denominator, t, digits)
        yield _classical(wrapping, found, writer, (value, factor), f"rational {degrees}, Horner")


def _classical(
    wrapping: Wrapping, found: Minimax, writer: ProgramWriter, written: tuple[str, str | None], form: str
) -> Classical:
    with working_precision(BITS):
        digits = digits_for(found.error)
        doublings = [value.str(digits, radius=False, more=True) for value in wrapping.doubling_constants()]
    value, factor = written
    wrapping.write_result(writer, value, factor, doublings)
    target = wrapping.target
    program = writer.program(target.expression, target.interval, target.error)
    name = f"{form} {wrapping.name}".strip()
    return Classical(program, name, program.operation_count(), found.error)
