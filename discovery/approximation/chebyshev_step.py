"""Linear minimax on finitely many points: the step of an exchange for any shape of error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb, arb_mat

_MAX_EXCHANGES = 60
_SLACK = 1e-9


@dataclass(frozen=True)
class _Vertex:
    """The minimax on n + 1 rows: residuals signs_k * level, and the weights w_k with sum w_k signs_k rows_k = 0."""

    reference: list[int]
    level: arb
    step: list[arb]
    weights: list[arb]
    signs: list[int]


def chebyshev_step(rows: Sequence[Sequence[arb]], errors: Sequence[arb], radius: arb) -> list[arb] | None:
    """Return the d that makes the largest |errors_j + rows_j d| smallest, of steps up to about a radius.

    Parameters
    ----------
    rows : sequence of sequences of arb
        m rows of n numbers.
    errors : sequence of arb
        m numbers, at least one of them not zero.
    radius : arb
        |d_i|/radius is kept below the largest residual left, relative to the largest error.

    Returns
    -------
    list of arb or None
        The n numbers d; ``None`` if the equations cannot be solved.

    Notes
    -----
    Exchange of Stiefel: on n + 1 rows the solution is known from the vector that is orthogonal to their columns. A
    row with a larger residual enters, in the place that raises the level most, until there is none.

    References
    ----------
    Osborne and Watson, "An algorithm for minimax approximation in the nonlinear case", Comput. J. 12 (1969).
    """
    width = len(rows[0])
    bar = max((abs(error) for error in errors), key=float) / radius
    # The radius as n more residuals: bar * d_i.
    rows = [*rows, *([bar if i == j else arb(0) for i in range(width)] for j in range(width))]
    errors = [*errors, *[arb(0)] * width]
    count = len(rows)
    order = sorted(range(count), key=lambda j: -float(abs(errors[j])))
    reference = sorted(order[: width + 1])
    vertex = _vertex(rows, errors, reference)
    if vertex is None:
        # Rows that depend on one another; the largest error and the radius never do.
        vertex = _vertex(rows, errors, [order[0], *range(count - width, count)])
    for _ in range(_MAX_EXCHANGES):
        if vertex is None:
            return None
        residuals = [_residual(row, error, vertex.step) for row, error in zip(rows, errors, strict=True)]
        worst = max(range(count), key=lambda j: float(abs(residuals[j])))
        if worst in vertex.reference or abs(residuals[worst]) <= vertex.level * (1 + _SLACK):
            break
        leaving = _leaving(rows, vertex, rows[worst], 1 if residuals[worst] > 0 else -1)
        following = None if leaving is None else _vertex(rows, errors, _replaced(vertex.reference, leaving, worst))
        if following is None or not following.level > vertex.level:
            break
        vertex = following
    return vertex.step if vertex else None


def _vertex(rows: Sequence[Sequence[arb]], errors: Sequence[arb], reference: Sequence[int]) -> _Vertex | None:
    """Return the solution on n + 1 rows, or ``None`` if they are degenerate."""
    size = len(reference)
    columns = [[rows[j][i] for j in reference] for i in range(size - 1)]
    # A last equation of no special direction fixes the length of the orthogonal vector.
    columns.append([arb(1) + arb(k * k % 7) / 5 for k in range(size)])
    orthogonal = solve(columns, [*[arb(0)] * (size - 1), arb(1)])
    if orthogonal is None:
        return None
    length = sum((abs(value) for value in orthogonal), arb(0))
    level = sum((value * errors[j] for value, j in zip(orthogonal, reference, strict=True)), arb(0)) / length
    signs = [1 if (value > 0) == (level > 0) else -1 for value in orthogonal]
    equations = [[*rows[j], arb(-sign)] for j, sign in zip(reference, signs, strict=True)]
    solution = solve(equations, [-errors[j] for j in reference])
    if solution is None:
        return None
    weights = [(abs(value) / length).mid() for value in orthogonal]
    return _Vertex(list(reference), abs(level).mid(), solution[:-1], weights, signs)


def _leaving(rows: Sequence[Sequence[arb]], vertex: _Vertex, entering: Sequence[arb], sign: int) -> int | None:
    """Return the position in the reference that an entering row replaces, by the ratio test of the dual simplex."""
    signed = [[sign_k * value for value in rows[j]] for j, sign_k in zip(vertex.reference, vertex.signs, strict=True)]
    columns = [[row[i] for row in signed] for i in range(len(entering))]
    columns.append([arb(1)] * len(signed))
    shares = solve(columns, [*(sign * value for value in entering), arb(1)])
    if shares is None:
        return None
    ratios = [
        (float(w / share), k) for k, (w, share) in enumerate(zip(vertex.weights, shares, strict=True)) if share > 0
    ]
    return min(ratios)[1] if ratios else None


def _replaced(reference: Sequence[int], position: int, entering: int) -> list[int]:
    return [entering if k == position else j for k, j in enumerate(reference)]


def _residual(row: Sequence[arb], error: arb, step: Sequence[arb]) -> arb:
    return error + sum((slope * change for slope, change in zip(row, step, strict=True)), arb(0))


def solve(rows: Sequence[Sequence[arb]], right: Sequence[arb]) -> list[arb] | None:
    """Return the solution of a square system as exact numbers near it, ``None`` if it may be singular."""
    size = len(rows)
    try:
        solution = arb_mat(size, size, [value for row in rows for value in row]).solve(arb_mat(size, 1, list(right)))
    except ZeroDivisionError:
        return None
    return [value.mid() for value in solution.entries()]
