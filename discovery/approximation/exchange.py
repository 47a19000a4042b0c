"""Refinement of the constants of any program to its minimax error, in high precision."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, arb_mat, fmpq

from discovery.approximation.alternation import Extremum, chebyshev_points, largest, local_maxima
from discovery.approximation.chebyshev_step import chebyshev_step, solve
from discovery.errors import NotConvergent
from discovery.exact.precision import working_precision
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_error import dyadic_interval
from discovery.exact.programs.program_fields import RELATIVE
from discovery.exact.programs.program_structure import Instruction, live
from discovery.exact.programs.taylor_ball import taylor_coefficients

BITS = 384
LEVEL = 1e-6
MAX_STEPS = 40
_GRID = 240
_FIT_NODES = 48
_FIT_STEPS = 60
_SHRINKINGS = 14
_CORRECTIONS = 3
_FIRST_RADIUS = 1.0
_ENOUGH = 1e-9
_SLOW = 1e-3
_PATIENCE = 6
# Zeros of the target and divisions by zero at an end are kept away from by this part of the interval.
_INWARD = Fraction(1, 10**12)
_TINY = Fraction(1, 10**10)


@dataclass(frozen=True)
class Refinement:
    """A program with refined constants.

    Parameters
    ----------
    program : Program
        Constants as decimals, long enough that rounding them changes the error by less than one part in 10^6.
    error : float
        Largest error found, local maxima refined; not certified.
    places : tuple of float
        Where the error is largest: local maxima within one part in 10^6 of `error`.
    constants : int
        Number of constants that matter independently (rank of the derivatives).
    steps : int
        Number of exchange steps.
    """

    program: Program
    error: float
    places: tuple[float, ...]
    constants: int
    steps: int

    @property
    def locally_minimax(self) -> bool:
        """Whether the error is largest at more points than there are independent constants."""
        return len(self.places) > self.constants


def refine(program: Program, *, fit: bool = True, fixed: Sequence[int] = ()) -> Refinement:
    """Return a program with the constants that make the largest error on its interval locally smallest.

    Parameters
    ----------
    program : Program
        Its constants are the start.
    fit : bool
        Whether to begin with a least-squares fit; not needed for a start near the minimax.
    fixed : sequence of int
        Indices of constants that stay as they are.

    Returns
    -------
    Refinement
        Never worse than the start, up to the refinement of the maxima.

    Raises
    ------
    NotConvergent
        The program has no finite value at some point of the grid.

    Notes
    -----
    At the local maxima x_j of the error e, the step dc with the smallest max_j |e(x_j) + sum_i (de/dc_i) dc_i| is taken
    among those up to a radius, relative to the constants, that shrinks until the largest error falls. At the end e is
    level at its alternation points.
    """
    with working_precision(BITS):
        return _Refiner(program, fixed).run(fit)


def largest_error(program: Program) -> float:
    """Return the largest error of a program in real arithmetic on a fine grid, local maxima refined; not certified.

    Raises
    ------
    NotConvergent
        The program has no finite value at some point of the grid.
    """
    with working_precision(BITS):
        refiner = _Refiner(program, ())
        maxima = refiner.maxima([_ball(value) for value in program.constant_values])
    if not maxima:
        raise NotConvergent("the program has no finite value, or no error, on its interval")
    return largest(maxima)


@dataclass(frozen=True)
class _Node:
    """A point with the target's value and the weight of an error there."""

    x: arb
    target: arb
    weight: arb


@dataclass(frozen=True)
class _Step:
    """Constants, the local maxima of their error, and the largest relative change that was allowed."""

    constants: list[arb]
    maxima: list[Extremum]
    radius: float


class _Refiner:
    def __init__(self, program: Program, fixed: Sequence[int]) -> None:
        self.program = program
        self.lines = _used_lines(program.operations)
        used = {operand for _, (_, operands) in self.lines for operand in operands}
        self.free = [i for i in range(len(program.constants)) if f"c{i}" in used and i not in fixed]
        lower, upper = dyadic_interval(program.interval)
        inward = (upper - lower) * _INWARD
        # Not symmetric, so that 0 is no point of the grid of a symmetric interval.
        ends = [_ball(end) for end in (lower + inward, upper - inward * Fraction(3, 4))]
        self.grid = [self._node(x) for x in chebyshev_points(_GRID, *ends)]
        self.nodes = [self._node(x) for x in chebyshev_points(_FIT_NODES, *ends)]

    def run(self, fit: bool) -> Refinement:
        constants = [_ball(value) for value in self.program.constant_values]
        maxima = self.maxima(constants)
        if not maxima:
            raise NotConvergent("the program has no finite value, or no error, on its interval")
        if fit and self.free:
            fitted = self.least_squares(constants)
            fitted_maxima = self.maxima(fitted)
            if fitted_maxima and largest(fitted_maxima) < largest(maxima):
                constants, maxima = fitted, fitted_maxima
        steps, slow, radius = 0, 0, _FIRST_RADIUS
        while steps < MAX_STEPS and self.free:
            moved = self.exchanged(constants, maxima, radius)
            if moved is None:
                break
            before, constants, maxima, radius = largest(maxima), moved.constants, moved.maxima, 4 * moved.radius
            steps += 1
            gain = 1 - largest(maxima) / before
            slow = slow + 1 if gain < _SLOW else 0
            if gain < _ENOUGH or slow == _PATIENCE:
                break
        error = largest(maxima)
        places = [item.place for item in maxima if float(abs(item.error)) >= error * (1 - LEVEL)]
        return Refinement(self.written(constants, error), error, tuple(map(float, places)), self.rank(constants), steps)

    def errors(self, constants: list[arb], nodes: Sequence[_Node]) -> list[arb]:
        return [(self.value(node.x, constants) - node.target) * node.weight for node in nodes]

    def maxima(self, constants: list[arb]) -> list[Extremum]:
        """Return the local maxima of the error, none where the program has no value at some point of the grid."""
        errors = self.errors(constants, self.grid)
        if not all(error.is_finite() for error in errors):
            return []

        def error(x: arb) -> arb:
            node = self._node(x)
            return (self.value(x, constants) - node.target) * node.weight

        return local_maxima([node.x for node in self.grid], errors, error)

    def exchanged(self, constants: list[arb], maxima: list[Extremum], radius: float) -> _Step | None:
        """Return constants with a smaller largest error; ``None`` if none were found."""
        start = largest(maxima)
        scales = [abs(constants[i]) + _ball(_TINY) for i in self.free]
        nodes = [self._node(extremum.place) for extremum in maxima]
        slopes = self.jacobian(constants, nodes)
        rows = [[slope * scale for slope, scale in zip(row, scales, strict=True)] for row in slopes]
        reached = radius
        for _ in range(_SHRINKINGS):
            aim = [extremum.error for extremum in maxima]
            for _ in range(_CORRECTIONS):
                step = chebyshev_step(rows, aim, arb(radius))
                if step is None:
                    return None
                reached = max(float(abs(change)) for change in step)
                trial = list(constants)
                for i, change, scale in zip(self.free, step, scales, strict=True):
                    trial[i] = (constants[i] + change * scale).mid()
                found = self.maxima(trial)
                if not found:
                    break
                if largest(found) < start:
                    return _Step(trial, found, radius)
                # The valley is curved: the next step meets the errors where this one led, not where its slope did.
                aim = [
                    (error - sum((a * d for a, d in zip(row, step, strict=True)), arb(0))).mid()
                    for error, row in zip(self.errors(trial, nodes), rows, strict=True)
                ]
            radius = min(radius, reached) / 4
        return None

    def least_squares(self, constants: list[arb]) -> list[arb]:
        """Return constants of a local minimum of the sum of squares, by Levenberg and Marquardt."""
        damping = arb(10) ** -6
        errors = self.errors(constants, self.nodes)
        total = sum((error * error for error in errors), arb(0)).mid()
        for _ in range(_FIT_STEPS):
            scales = [abs(constants[i]) + _ball(_TINY) for i in self.free]
            rows = self.jacobian(constants, self.nodes)
            columns = len(scales)
            slopes = arb_mat(len(rows), columns, [s * c for row in rows for s, c in zip(row, scales, strict=True)])
            normal = slopes.transpose() * slopes
            right = slopes.transpose() * arb_mat(len(errors), 1, [-error for error in errors])
            for _ in range(12):
                damped = arb_mat(normal)
                for j in range(columns):
                    damped[j, j] = normal[j, j] * (1 + damping)
                step = solve(damped.tolist(), right.entries())
                if step is not None:
                    trial = list(constants)
                    for i, change, scale in zip(self.free, step, scales, strict=True):
                        trial[i] = (constants[i] + change * scale).mid()
                    trial_errors = self.errors(trial, self.nodes)
                    trial_total = sum((error * error for error in trial_errors), arb(0)).mid()
                    if trial_total < total:
                        break
                damping = damping * 100
            else:
                return constants
            gain = float((total - trial_total) / total)
            constants, errors, total = trial, trial_errors, trial_total
            damping = damping / 100
            if gain < 1e-8:
                break
        return constants

    def rank(self, constants: list[arb]) -> int:
        """Return the number of constants that change the program independently."""
        rows = self.jacobian(constants, self.nodes[:: max(1, _FIT_NODES // (2 * len(self.free) + 8))])
        return _rank([[value.mid() for value in row] for row in rows])

    def jacobian(self, constants: list[arb], nodes: Sequence[_Node]) -> list[list[arb]]:
        """Return the derivatives of the weighted error by the free constants, one row a node."""
        return [[slope * node.weight for slope in self.gradient(node.x, constants)] for node in nodes]

    def value(self, x: arb, constants: list[arb]) -> arb:
        return self._registers(x, constants)[self.lines[-1][0]]

    def gradient(self, x: arb, constants: list[arb]) -> list[arb]:
        """Return the derivatives of the program by its free constants, by reverse accumulation."""
        registers = self._registers(x, constants)
        adjoint = dict.fromkeys(registers, arb(0))
        adjoint[self.lines[-1][0]] = arb(1)
        for name, (operator, operands) in reversed(self.lines):
            weight = adjoint[name]
            a = registers[operands[0]]
            if operator == "sqrt":
                adjoint[operands[0]] += weight / (2 * registers[name])
                continue
            b = registers[operands[1]]
            if operator in ("+", "-"):
                adjoint[operands[0]] += weight
                adjoint[operands[1]] += weight if operator == "+" else -weight
            elif operator == "/":
                adjoint[operands[0]] += weight / b
                adjoint[operands[1]] -= weight * registers[name] / b
            else:
                adjoint[operands[0]] += weight * b
                adjoint[operands[1]] += weight * a
                if operator == "fma":
                    adjoint[operands[2]] += weight
        return [adjoint[f"c{i}"] for i in self.free]

    def written(self, constants: list[arb], error: float) -> Program:
        """Return the program with as many digits of the constants as its error needs."""
        digits = 12 + max(5, math.ceil(-math.log10(error)))
        for extra in range(0, 60, 6):
            texts = list(self.program.constants)
            for i in self.free:
                texts[i] = constants[i].str(digits + extra, radius=False, more=True)
            program = self.program.with_constants(tuple(texts))
            rounded = [_ball(value) for value in program.constant_values]
            maxima = self.maxima(rounded)
            if maxima and largest(maxima) <= error * (1 + LEVEL):
                break
        return program

    def _registers(self, x: arb, constants: list[arb]) -> dict[str, arb]:
        registers = {"x": x, **{f"c{i}": value for i, value in enumerate(constants)}}
        for name, (operator, operands) in self.lines:
            a = registers[operands[0]]
            if operator == "+":
                value = a + registers[operands[1]]
            elif operator == "-":
                value = a - registers[operands[1]]
            elif operator == "*":
                value = a * registers[operands[1]]
            elif operator == "/":
                value = a / registers[operands[1]]
            elif operator == "sqrt":
                value = a.sqrt()
            else:
                value = a * registers[operands[1]] + registers[operands[2]]
            registers[name] = value
        return registers

    def _node(self, x: arb) -> _Node:
        target = taylor_coefficients(self.program.target, x, 1, BITS)[0].mid()
        if not target.is_finite() or (self.program.error == RELATIVE and target == 0):
            raise NotConvergent(f"the target has no value, or is zero, at x = {float(x):.10g}")
        return _Node(x, target, (1 / abs(target)).mid() if self.program.error == RELATIVE else arb(1))


def _used_lines(operations: Sequence[Instruction]) -> list[tuple[str, Instruction]]:
    return [(f"v{i}", line) for i, (line, used) in enumerate(zip(operations, live(operations), strict=True)) if used]


def _rank(rows: list[list[arb]]) -> int:
    """Return the rank of a matrix up to entries that are 2^-120 of the largest of their row, by full pivoting."""
    if not rows or not rows[0]:
        return 0
    rows = [list(row) for row in rows]
    rank = 0
    columns = list(range(len(rows[0])))
    scales = [max(float(abs(row[j])) for row in rows) or 1.0 for j in columns]
    rows = [[value / scale for value, scale in zip(row, scales, strict=True)] for row in rows]
    while columns and rows:
        best = max(
            ((float(abs(row[j])), i, j) for i, row in enumerate(rows) for j in columns), key=lambda item: item[0]
        )
        if best[0] < 2.0**-120:
            break
        pivot = rows.pop(best[1])
        columns.remove(best[2])
        for row in rows:
            factor = row[best[2]] / pivot[best[2]]
            for j in columns:
                row[j] = (row[j] - factor * pivot[j]).mid()
        rank += 1
    return rank


def _ball(value: Fraction) -> arb:
    return arb(fmpq(value.numerator, value.denominator)).mid()
