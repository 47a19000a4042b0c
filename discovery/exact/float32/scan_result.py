"""What a scan of every input found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class WorstInput:
    """An input with a large error.

    Parameters
    ----------
    bits, result_bits, correct_bits : int
        Input, result and correctly rounded value as bits of the format; ``None`` as correct bits is NaN.
    x, result : float
    ulp : float
        Signed error in units in the last place of the exact value, from balls; plus infinity where only one of result
        and exact value is NaN.
    """

    bits: int
    x: float
    result_bits: int
    result: float
    correct_bits: int | None
    ulp: float


@dataclass(frozen=True)
class ExponentRow:
    """The inputs of one sign and one binade; the subnormal numbers and zero have the exponent -127 of a float32.

    Parameters
    ----------
    negative : bool
    exponent : int
        Of the inputs; 128 for infinities and NaN (in a 16-bit format its own).
    inputs, misrounded : int
    max_ulp, mean_ulp : float
        Of the absolute error, relative error 2**-23.
    """

    negative: bool
    exponent: int
    inputs: int
    misrounded: int
    max_ulp: float
    mean_ulp: float


@dataclass(frozen=True)
class ScanResult:
    """Errors of a kernel over all its inputs.

    Parameters
    ----------
    function, number_format : str
    inputs : int
        Inputs looked at.
    max_ulp : float
        Largest absolute error in units in the last place of the exact value; plus infinity where a result is NaN and
        the value is not, or the other way round.
    mean_ulp : float
        Mean of the absolute errors.
    misrounded : int
        Results that are not the correctly rounded value, the sign of a zero counted; every tie decided exactly.
    undefined : int
        Those of them where only one of result and exact value is NaN; they count nowhere in the errors.
    decided : int
        Inputs next to a midpoint that balls decided.
    worst : tuple of WorstInput
        Largest errors first; of each piece of 16,384 inputs at most one.
    by_exponent : tuple of ExponentRow
        In the order of the bits.
    histogram_limit : float
        Ends of the histogram, units in the last place.
    histogram : tuple of int
        Numbers of signed errors: below minus the limit, in bins of equal width, at or above the limit.
    complete : bool
        False where it was stopped; then all figures are those of the inputs looked at.
    """

    function: str
    number_format: str
    inputs: int
    max_ulp: float
    mean_ulp: float
    misrounded: int
    undefined: int
    decided: int
    worst: tuple[WorstInput, ...]
    by_exponent: tuple[ExponentRow, ...]
    histogram_limit: float
    histogram: tuple[int, ...]
    complete: bool = True

    def to_json(self) -> dict[str, Any]:
        """Return all of it as a JSON object; infinite and NaN numbers are texts."""
        return {
            **{name: _plain(value) for name, value in vars(self).items() if name not in ("worst", "by_exponent")},
            "histogram": list(self.histogram),
            "worst": [_plain_values(vars(item)) for item in self.worst],
            "by_exponent": [_plain_values(vars(item)) for item in self.by_exponent],
        }


def combined(results: Sequence[ScanResult]) -> ScanResult:
    """Return the result of scans of one function and format over inputs that have none in common."""
    first = results[0]
    inputs, undefined = sum(item.inputs for item in results), sum(item.undefined for item in results)
    total = sum(item.mean_ulp * (item.inputs - item.undefined) for item in results)
    worst = sorted((item for part in results for item in part.worst), key=lambda item: (-abs(item.ulp), item.bits))
    return ScanResult(
        first.function,
        first.number_format,
        inputs,
        max(item.max_ulp for item in results),
        total / max(inputs - undefined, 1),
        sum(item.misrounded for item in results),
        undefined,
        sum(item.decided for item in results),
        tuple(worst[: max(len(item.worst) for item in results)]),
        _combined_rows([row for item in results for row in item.by_exponent]),
        first.histogram_limit,
        tuple(map(sum, zip(*(item.histogram for item in results), strict=True))),
        all(item.complete for item in results),
    )


def _combined_rows(rows: Sequence[ExponentRow]) -> tuple[ExponentRow, ...]:
    groups: dict[tuple[bool, int], list[ExponentRow]] = {}
    for row in rows:
        groups.setdefault((row.negative, row.exponent), []).append(row)
    return tuple(
        ExponentRow(
            *key,
            (inputs := sum(row.inputs for row in group)),
            sum(row.misrounded for row in group),
            max(row.max_ulp for row in group),
            sum(row.mean_ulp * row.inputs for row in group) / inputs,
        )
        for key, group in sorted(groups.items())
    )


def from_json(obj: Mapping[str, Any]) -> ScanResult:
    """Return the result of an object as `ScanResult.to_json` makes it."""
    values: dict[str, Any] = _numbers(obj, ("max_ulp", "mean_ulp"))
    values["histogram"] = tuple(obj["histogram"])
    values["worst"] = tuple(WorstInput(**_numbers(item, ("x", "result", "ulp"))) for item in obj["worst"])
    values["by_exponent"] = tuple(ExponentRow(**item) for item in obj["by_exponent"])
    return ScanResult(**values)


def _numbers(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: float(value) if name in names else value for name, value in values.items()}


def _plain_values(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value - value != 0:
        return str(value)
    return value
