"""The pieces of a scan, and the result they make together."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from discovery.exact.float32.exact_values import ulp_error
from discovery.exact.float32.formats import Format
from discovery.exact.float32.reference import Reference, decide, format_bits, single
from discovery.exact.float32.scan_result import ExponentRow, ScanResult, WorstInput
from discovery.exact.float32.tally import BINS, HALF_WAY, LANES

KEPT = 4
WORST = 10


@dataclass
class Part:
    """What one piece, whose inputs have one sign and exponent, gave.

    Parameters
    ----------
    first, inputs : int
        Bits of the first input, and the number of them.
    misrounded, undefined, decided, largest, total
        As in `ScanResult`; the largest and the sum of the absolute errors.
    histogram : ndarray of int32, shape (4, 130)
    worst : list of tuple
        Absolute error, bits of the input, result; the largest first.
    """

    first: int
    inputs: int
    misrounded: int = 0
    undefined: int = 0
    decided: int = 0
    largest: float = 0.0
    total: float = 0.0
    histogram: np.ndarray = field(default_factory=lambda: np.zeros((LANES, BINS + 2), np.int32))
    worst: list[tuple[float, int, float]] = field(default_factory=list)


def keep(part: Part, size: float, bits: int, result: float) -> None:
    """Keep an input if its error is among the largest; of equal ones the first."""
    if size > 0:
        part.worst.append((size, bits, result))
        part.worst.sort(key=lambda item: (-item[0], item[1]))
        del part.worst[KEPT:]


def merge(found: Reference, number_format: Format, parts: list[Part], count: int, limit: float) -> ScanResult:
    """Return the result of some pieces of `count` inputs, in the order given."""
    inputs = sum(part.inputs for part in parts)
    kept = sorted((item for part in parts for item in part.worst), key=lambda item: (-item[0], item[1]))[:WORST]
    worst = sorted((_worst(found, number_format, item) for item in kept), key=lambda item: (-abs(item.ulp), item.bits))
    histogram = sum((part.histogram.sum(axis=0, dtype=np.int64) for part in parts), np.zeros(BINS + 2, np.int64))
    undefined = sum(part.undefined for part in parts)
    histogram[HALF_WAY] -= undefined
    return ScanResult(
        found.exact.name,
        number_format.name,
        inputs,
        abs(worst[0].ulp) if worst else 0.0,
        sum(part.total for part in parts) / max(inputs - undefined, 1),
        sum(part.misrounded for part in parts),
        undefined,
        sum(part.decided for part in parts),
        tuple(worst),
        _rows(number_format, parts),
        limit,
        tuple(int(number) for number in histogram),
        inputs == count,
    )


def _worst(found: Reference, number_format: Format, item: tuple[float, int, float]) -> WorstInput:
    _, bits, result = item
    result_bits = format_bits(number_format, np.float32(result))
    argument = single(number_format, bits)
    right = decide(found.exact, number_format, argument)
    correct = None if np.isnan(right) else format_bits(number_format, right)
    error = ulp_error(found.exact, number_format, bits, result_bits)
    return WorstInput(bits, float(argument), result_bits, result, correct, error)


def _rows(number_format: Format, parts: list[Part]) -> tuple[ExponentRow, ...]:
    shift = number_format.precision - 1
    groups: dict[int, list[Part]] = {}
    for part in parts:
        groups.setdefault(part.first >> shift, []).append(part)
    rows = []
    for key, group in sorted(groups.items()):
        biased = key & (number_format.infinity_bits >> shift)
        inputs = sum(part.inputs for part in group)
        rows.append(
            ExponentRow(
                bool(key >> (number_format.width - 1 - shift)),
                biased - number_format.maximum_exponent,
                inputs,
                sum(part.misrounded for part in group),
                max(part.largest for part in group),
                sum(part.total for part in group) / inputs,
            )
        )
    return tuple(rows)
