"""A target on nodes: wanted values and weights for every wrapping, as the compiled search reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flint import arb

from discovery.approximation.interpreter import NODES, TABLE_ROWS, Floats, Integers
from discovery.approximation.remez import Problem
from discovery.approximation.targets import Target
from discovery.approximation.wrapping import EVEN, PLAIN, Wrapping, wrappings
from discovery.errors import InputError
from discovery.exact.precision import working_precision
from discovery.exact.programs.program_fields import RELATIVE

BLOCKS = 8
"""Blocks of NODES further points on which a program is checked for hidden poles."""
COST, SQUARED, PROMOTED, GROWTH = range(4)
NEAR = 2.0**-30
"""So far from a zero, in parts of the interval or of 1, it is seen whether a program has it."""
_BITS = 256
_INWARD = 1e-9


@dataclass(frozen=True)
class Samples:
    """What a search needs to know of a target; kind k is the k-th wrapping.

    Parameters
    ----------
    target : Target
    wrappings : tuple of Wrapping
    table : ndarray of float64, shape (TABLE_ROWS kinds, NODES)
        Chebyshev nodes of the variable of the core, wanted values as sums of two numbers, weights of the errors.
    dense : ndarray of float64, shape (TABLE_ROWS BLOCKS kinds, NODES)
        The same on BLOCKS NODES points of each kind, the ends included up to one part in 10^9 of the interval.
    kinds : ndarray of int64, shape (4, kinds)
        Operations of the wrapping; the kind with one squaring more, or -1; the kind with one squaring or doubling
        more, or -1; the power of two by which the core's variable shrinks when x is halved.
    roots : ndarray of float64, shape (kinds,)
        Next to a zero of the target that the core must have itself; not a number where the wrapping has them all.
    """

    target: Target
    wrappings: tuple[Wrapping, ...]
    table: Floats
    dense: Floats
    kinds: Integers
    roots: Floats


def sampled_target(target: Target, chosen: Sequence[Wrapping] | None = None) -> Samples:
    """Return the values of a target on the nodes of its wrappings, each rounded from a ball.

    Parameters
    ----------
    target : Target
    chosen : sequence of Wrapping, optional
        Instead of all that fit the target.

    Raises
    ------
    InputError
        A value is not finite on a node, or no wrapping fits the target.
    """
    chosen = tuple(chosen) if chosen is not None else _all_wrappings(target)
    if not chosen:
        raise InputError("no form of program has the zeros of the target as factors", field="error")
    nodes = -np.cos(np.pi * (np.arange(NODES) + 0.5) / NODES)
    points = -np.cos(np.pi * (np.arange(BLOCKS * NODES) + 0.5) / (BLOCKS * NODES))
    points[[0, -1]] = -1 + 2 * _INWARD, 1 - 2 * _INWARD
    problems = [wrapping.problem() for wrapping in chosen]
    table = np.concatenate([_sampled(problem, nodes) for problem in problems], axis=1)
    dense = np.concatenate([_sampled(problem, points) for problem in problems], axis=1)
    roots = np.array([_root(wrapping) for wrapping in chosen])
    return Samples(target, chosen, _by_kind(table), _by_kind(dense), _kinds(chosen), roots)


def _all_wrappings(target: Target) -> tuple[Wrapping, ...]:
    """Return the wrappings of a target, and none at all: programs can have one zero themselves, as u x - u has."""
    found = tuple(wrappings(target))
    plain = Wrapping(target, PLAIN)
    if plain in found or len(target.zeros) != 1 or not target.zeros[0].exact:
        return found
    return (plain, *found)


def _root(wrapping: Wrapping) -> float:
    """Return a value of the core's variable next to the zero of a target under the relative error; see `Samples`."""
    target = wrapping.target
    if wrapping.variable not in (PLAIN, EVEN) or target.error != RELATIVE or not target.zeros:
        return np.nan
    zero = float(target.zeros[0].lower) ** (2 if wrapping.variable == EVEN else 1)
    return zero + NEAR * min(1.0, float(target.upper - target.lower))


def _sampled(problem: Problem, places: Floats) -> Floats:
    """Return the rows of a table at places in [-1, 1], shape (TABLE_ROWS, places / NODES, NODES)."""
    lower, upper = float(problem.lower), float(problem.upper)
    variable = lower + (upper - lower) * (0.5 + 0.5 * places)
    rows = np.empty((TABLE_ROWS, places.size))
    with working_precision(_BITS):
        for j, t in enumerate(variable):
            value, weight = problem.value(arb(float(t))), problem.weight(arb(float(t)))
            if not (value.is_finite() and weight.is_finite()):
                raise InputError(f"the target has no finite value and weight near x = {t:.10g}", field="target")
            high = float(value)
            rows[:, j] = t, high, float(value - arb(high)), float(weight)
    return rows.reshape(TABLE_ROWS, -1, NODES)


def _by_kind(rows: Floats) -> Floats:
    """Return the rows of a table one kind, or block of a kind, after the other."""
    return np.ascontiguousarray(rows.transpose(1, 0, 2)).reshape(-1, NODES)


def _kinds(chosen: Sequence[Wrapping]) -> Integers:
    places = {(w.variable, w.zero, w.squarings, w.doublings): k for k, w in enumerate(chosen)}
    kinds = np.full((4, len(chosen)), -1, np.int64)
    for k, wrapping in enumerate(chosen):
        shape = (wrapping.variable, wrapping.zero)
        squared = places.get((*shape, wrapping.squarings + 1, wrapping.doublings), -1)
        # A doubling comes before the squarings, so that squarings alone or doublings alone go on.
        doubled = places.get((*shape, 0, wrapping.doublings + 1), -1) if wrapping.squarings == 0 else -1
        promoted = doubled if squared < 0 or wrapping.doublings else squared
        kinds[:, k] = wrapping.operations, squared, promoted, 1 if wrapping.variable == PLAIN else 2
    return kinds
