"""Verification of the error a program claims: a proved bound, and independent samples."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from discovery.errors import DiscoveryError, PrecisionLost
from discovery.exact.evaluation import evaluate_mpmath
from discovery.exact.float32.scan_result import ScanResult
from discovery.exact.precision import EXACT_AGREEMENT
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_bound import ErrorBound, bound_error
from discovery.exact.programs.program_error import dyadic_interval
from discovery.exact.programs.program_fields import RELATIVE, constant_value
from discovery.exact.programs.program_function import run, shipped_constants
from discovery.exact.programs.program_scan import rounded_up, sampled_ulp, scan_program

CLAIM_TOLERANCE = Fraction(1, 200)
"""How far the error may be above a claim, relative: published maxima are samples, and rounded."""

SAMPLES = 64
_GUARD_DIGITS = 25
_BINARY32_DIGITS = 8
# An end of the interval where the error is a limit is approached to this part of the interval.
_NEAREST = Fraction(1, 10**12)


@dataclass(frozen=True)
class ProgramVerification:
    """Outcome of `check_program`.

    Parameters
    ----------
    ok : bool
        Whether the error is proved to be at most the claim, up to `CLAIM_TOLERANCE`; without a claim, whether a bound
        is proved.
    bound : ErrorBound or None
        The proved bound, in real arithmetic; ``None`` if there is none.
    sampled : str
        Largest error of the samples, a decimal; not a bound.
    place : float
        Where the largest error known is; nan if none is.
    methods : tuple of dict
        ``{"name", "error", "seconds"}`` for each method that ran.
    reason : str or None
        Why it failed, in words; ``None`` if it did not.
    seconds : float
        Time taken, seconds.
    max_ulp : str or None
        Largest error in units in the last place over all binary32 numbers of the interval, a decimal rounded up;
        ``None`` unless the claim is about these.
    """

    ok: bool
    bound: ErrorBound | None
    sampled: str
    place: float
    methods: tuple[dict[str, Any], ...]
    reason: str | None
    seconds: float
    max_ulp: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return all of it as a JSON object; ``bound`` is that of `ErrorBound.to_json`."""
        return {
            "ok": self.ok,
            "digits": round(self.digits, 3),
            "bound": self.bound.to_json() if self.bound else None,
            "sampled": self.sampled,
            "place": None if math.isnan(self.place) else self.place,
            "methods": [dict(method) for method in self.methods],
            "reason": self.reason,
            "seconds": self.seconds,
            "max_ulp": self.max_ulp,
        }

    @property
    def digits(self) -> float:
        """Decimal digits that the proved bound amounts to, -log10; 0 without a bound, `EXACT_AGREEMENT` for bound 0.

        An error in ULP amounts to that times 2^-23: what it is relative to the value, if that is a normal number.
        """
        if self.max_ulp is not None:
            return min(float(_BINARY32_DIGITS), max(0.0, -math.log10(max(float(self.max_ulp), 0.5) * 2.0**-23)))
        if self.bound is None:
            return 0.0
        size = float(self.bound.bound)
        return max(0.0, -math.log10(size)) if size else float(EXACT_AGREEMENT)


def check_program(program: Program) -> ProgramVerification:
    """Return whether a program has the error it claims, in real arithmetic, by two independent methods.

    Parameters
    ----------
    program : Program
        Its constants are taken as they are shipped, exactly.

    Returns
    -------
    ProgramVerification
        Positive if (1) Taylor models with Arb balls prove the bound over the whole closed interval, see
        `bound_error`, and it is not above the claim, and (2) no sample of the program and the target with mpmath is
        above the bound. A program whose error cannot be bounded gives a negative answer with the reason.
        A claim in units in the last place is about binary32 arithmetic: (1) the error is computed at every binary32
        number of the interval, and (2) NumPy and balls find the same at some of them.
    """
    if program.max_ulp is not None:
        return _check_ulp(program)
    begin = time.perf_counter()
    methods: list[dict[str, Any]] = []
    bound = None
    try:
        bound = bound_error(program)
        methods.append(_method("Arb Taylor models", bound.bound, begin))
        independent = time.perf_counter()
        sampled, place = sampled_maximum(program, bound)
        methods.append(_method("mpmath samples", sampled, independent))
    except DiscoveryError as error:
        return ProgramVerification(False, bound, "", math.nan, tuple(methods), str(error), time.perf_counter() - begin)
    reason = _objection(program, bound, Fraction(sampled), place)
    largest = bound.place if Fraction(bound.attained) >= Fraction(sampled) else place
    return ProgramVerification(
        reason is None, bound, sampled, largest, tuple(methods), reason, time.perf_counter() - begin
    )


def _check_ulp(program: Program) -> ProgramVerification:
    """Return whether a program has the error it claims in units in the last place, by a scan of its whole interval."""
    begin = time.perf_counter()
    methods: list[dict[str, Any]] = []
    try:
        found = scan_program(program)
        largest = rounded_up(found.max_ulp)
        methods.append(_method(f"scan of {found.inputs} binary32 numbers", f"{largest} ULP", begin))
        independent = time.perf_counter()
        sampled, place = sampled_ulp(program, found)
        methods.append(_method("NumPy and balls at samples", f"{sampled:.6g} ULP", independent))
    except DiscoveryError as error:
        return ProgramVerification(False, None, "", math.nan, tuple(methods), str(error), time.perf_counter() - begin)
    reason = _ulp_objection(program, found, sampled)
    worst = found.worst[0].x if found.worst else place
    seconds = time.perf_counter() - begin
    return ProgramVerification(
        reason is None, None, f"{sampled:.6g}", worst, tuple(methods), reason, seconds, max_ulp=largest
    )


def _ulp_objection(program: Program, found: ScanResult, sampled: float) -> str | None:
    """Return what speaks against a claim in units in the last place, or ``None``."""
    if sampled > found.max_ulp * (1 + 1e-6) or (found.worst and abs(sampled - found.max_ulp) > 1e-6 * found.max_ulp):
        return f"the two methods disagree: {sampled:.6g} ULP in samples, {found.max_ulp:.6g} ULP in the scan"
    claim = str(program.max_ulp)
    if found.undefined:
        return (
            f"the result is NaN where the value is a number, or a number where it is not, at {found.undefined} inputs"
        )
    if Fraction(found.max_ulp) <= constant_value(claim) * (1 + CLAIM_TOLERANCE):
        return None
    worst = found.worst[0]
    return f"the error at x = {worst.x!r} is {abs(worst.ulp):.6g} ULP, larger than the {claim} claimed"


def sampled_maximum(program: Program, bound: ErrorBound, samples: int = SAMPLES) -> tuple[str, float]:
    """Return the largest error at Chebyshev points and where the bound is attained, with mpmath, and its place.

    Notes
    -----
    The program is run in mpmath's arithmetic line by line, the target is mpmath's; nothing is shared with the bound
    but the program. Points where a line divides by zero, or the target is zero, are moved inward by 10**-12 of the
    interval.
    """
    lower, upper = dyadic_interval(program.interval)
    middle, half = (lower + upper) / 2, (upper - lower) / 2
    nodes = [middle + half * Fraction(math.cos(math.pi * k / samples)) for k in range(samples + 1)]
    nodes.append(min(max(Fraction(bound.place), lower), upper))
    digits = _sample_digits(bound)
    best, place = Fraction(-1), middle
    for node in nodes:
        inward = node + (middle - node) * _NEAREST if node != middle else node + half * _NEAREST
        for point in (node, inward):
            found = _error_at(program, point, digits)
            if found is not None:
                best, place = max((best, place), (found, point))
                break
    return f"{float(max(best, Fraction(0))):.6g}", float(place)


def _sample_digits(bound: ErrorBound) -> int:
    size = float(bound.bound)
    return _GUARD_DIGITS + (max(0, math.ceil(-math.log10(size))) if size else 0)


def _error_at(program: Program, place: Fraction, digits: int) -> Fraction | None:
    """Return the size of the error at a point; ``None`` where a division by zero occurs."""
    target = evaluate_mpmath(program.target, digits, {"x": place})
    context = target.context
    numbers = [context.mpf(value.numerator) / value.denominator for value in (place, *shipped_constants(program))]
    operators: dict[str, Callable[..., Any]] = {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": lambda a, b: a / b,
        "sqrt": context.sqrt,
        "fma": lambda a, b, c: a * b + c,
    }
    try:
        difference = run(program.operations, numbers[0], numbers[1:], operators) - target
        size = abs(difference / target if program.error == RELATIVE else difference)
    except ZeroDivisionError:
        return None
    if not context.isfinite(size) or isinstance(size, context.mpc):
        raise PrecisionLost(f"mpmath has no real value of the program at x = {float(place):.10g}")
    mantissa, exponent = context.mpf(size).man_exp
    return int(mantissa) * Fraction(2) ** int(exponent)


def _objection(program: Program, bound: ErrorBound, sampled: Fraction, place: float) -> str | None:
    """Return what speaks against the claim, or ``None``."""
    rounding = Fraction(bound.bound) / 10**4 + Fraction(1, 10 ** (_sample_digits(bound) - 5))
    if sampled > Fraction(bound.bound) + rounding:
        return (
            f"the two methods disagree: the sampled error at x = {place:.10g} is above the proved bound {bound.bound}"
        )
    if program.max_error is None:
        return None
    claim = constant_value(program.max_error)
    if Fraction(bound.bound) <= claim * (1 + CLAIM_TOLERANCE):
        return None
    if Fraction(bound.attained) > claim:
        return (
            f"the {bound.measure} error at x = {bound.place:.10g} is {bound.attained}, "
            f"larger than the {program.max_error} claimed"
        )
    return f"the {bound.measure} error is only proved to be at most {bound.bound}; {program.max_error} is claimed"


def _method(name: str, error: str, begin: float) -> dict[str, Any]:
    return {"name": name, "error": error, "seconds": time.perf_counter() - begin}
