"""Verification of a formula by two independent methods."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flint import arb
from mpmath import MPContext

from discovery.errors import DiscoveryError, InputError, PrecisionLost
from discovery.exact.evaluation import evaluate_ball, evaluate_mpmath
from discovery.exact.expression import Expression
from discovery.exact.formula import Formula, Limit, is_field, is_program
from discovery.exact.fractions.disagreement import first_wrong_digit
from discovery.exact.precision import agreed_digits

if TYPE_CHECKING:
    from discovery.exact.fields.matrix_field import MatrixField
    from discovery.exact.programs.program import Program

MAX_DIGITS = 1_000_000
SHOWN_DIGITS = 100
ATTEMPTS = 4
LOG2_10 = math.log2(10)


@dataclass(frozen=True)
class Verification:
    """Outcome of `verify`.

    Parameters
    ----------
    ok : bool
        Whether both methods agree with the value to `requested` digits.
    digits : int
        Decimal digits to which the ball of the formula and the ball of the value certainly agree, relative.
    requested : int
        Digits asked for.
    depth : int
        Partial denominators the ball was made from.
    methods : tuple of dict
        ``{"name", "digits", "seconds"}`` for each method that ran; for a program ``error`` in place of ``digits``.
    formula_ball, value_ball : str
        The two balls in decimal, the middle digits left out beyond 200; empty if not computed.
    bound : str
        For a program, the proved bound of its error, rounded up; else empty.
    first_wrong_digit : int or None
        One-based significant digit at which formula and value certainly differ; ``None`` if they do not.
    reason : str or None
        Why it failed, in words; ``None`` if it did not.
    seconds : float
        Time taken, seconds.
    """

    ok: bool
    digits: int
    requested: int
    depth: int = 0
    methods: tuple[dict[str, Any], ...] = ()
    formula_ball: str = ""
    value_ball: str = ""
    bound: str = ""
    first_wrong_digit: int | None = None
    reason: str | None = None
    seconds: float = 0.0


def verify(formula: Formula, digits: int) -> Verification:
    """Return whether a formula holds, by two independent methods.

    Parameters
    ----------
    formula : Formula
        The claim.
    digits : int
        Decimal digits, relative, in [1, 1000000]; of no meaning for a matrix field and a program.

    Returns
    -------
    Verification
        A formula with a value: positive if (1) the ball of the formula, from its closed form and a proved tail bound,
        and the ball of the value both have relative radius below ``10**-digits`` and differ by less than that, and
        (2) an evaluation of the formula by other code and mpmath's value agree to as many digits. Without a value
        claimed, the two evaluations of the formula are compared. A matrix field: the identity of conservation, as
        rational functions and at points. A program: its claimed bound, proved by balls, and attained nearly.
        What cannot be evaluated gives a negative answer with the reason.

    Raises
    ------
    InputError
        `digits` out of range.
    """
    if isinstance(digits, bool) or not isinstance(digits, int) or not 1 <= digits <= MAX_DIGITS:
        raise InputError(f"digits must be an int in [1, {MAX_DIGITS}]; got {digits!r}", field="digits")
    begin = time.perf_counter()
    try:
        if is_field(formula):
            answer = _verify_field(formula, digits)
        elif is_program(formula):
            answer = _verify_program(formula, digits)
        elif formula.value is None:
            answer = _verify_limit(formula, digits)
        else:
            answer = _verify_value(formula, formula.value, digits)
    except DiscoveryError as error:
        answer = Verification(False, 0, digits, reason=str(error))
    return replace(answer, seconds=time.perf_counter() - begin)


def _verify_value(formula: Limit, value: Expression, digits: int) -> Verification:
    begin = time.perf_counter()
    ball, value_ball, depth = _balls(formula, value, digits)
    agreed = agreed_digits(ball, value_ball)
    methods = [_method("Arb ball", agreed, begin)]
    wrong, reason = None, None
    if not ball.overlaps(value_ball):
        wrong, reason = first_wrong_digit(ball, value_ball)
    elif agreed < digits:
        reason = f"the two balls share only {agreed} of {digits} digits at the highest precision tried"
    else:
        begin = time.perf_counter()
        independent = mpmath_digits(formula, digits, mpmath_value(value, digits))
        methods.append(_method("mpmath", independent, begin))
        if independent < digits:
            reason = f"the balls agree, but the independent mpmath evaluation to {independent} digits only"
    shown = [item.str(digits + 5, condense=SHOWN_DIGITS) for item in (ball, value_ball)]
    return Verification(reason is None, agreed, digits, depth, tuple(methods), shown[0], shown[1], "", wrong, reason)


def _verify_limit(formula: Limit, digits: int) -> Verification:
    """Compare two evaluations of a formula for which no value is claimed."""
    begin = time.perf_counter()
    ball, depth = formula.enclosure(math.ceil(digits * LOG2_10) + 12)
    known = min(digits, int(ball.rel_accuracy_bits() / LOG2_10))
    methods = [_method("Arb ball", known, begin)]
    begin = time.perf_counter()
    context = MPContext()
    context.dps = digits + 25
    number, _ = formula.forward_value(digits + 10, context)
    mantissa, exponent = ball.mid().man_exp()
    independent = _shared_digits(number, context.ldexp(context.mpf(int(mantissa)), int(exponent)), digits + 10)
    methods.append(_method("mpmath", independent, begin))
    reason = None
    if min(known, independent) < digits:
        reason = f"the ball is known to {known} digits, and the independent evaluation agrees to {independent} only"
    shown = ball.str(digits + 5, condense=SHOWN_DIGITS)
    return Verification(reason is None, known, digits, depth, tuple(methods), shown, reason=reason)


def _verify_field(field: MatrixField, digits: int) -> Verification:
    begin = time.perf_counter()
    defect = field.conservation_defect()
    methods = [_method("identity of rational functions", 0, begin)]
    reason = None if defect is None else defect.describe()
    return Verification(defect is None, 0, digits, 0, tuple(methods), reason=reason)


def _verify_program(program: Program, digits: int) -> Verification:
    # With array mathematics of its own, which no other kind needs.
    from discovery.exact.programs.program_verification import check_program

    answer = check_program(program)
    bound = answer.bound.bound if answer.bound else ""
    return Verification(
        answer.ok, int(answer.digits), digits, methods=answer.methods, bound=bound, reason=answer.reason
    )


def _method(name: str, digits: int, begin: float) -> dict[str, Any]:
    return {"name": name, "digits": digits, "seconds": time.perf_counter() - begin}


def _balls(formula: Limit, value: Expression, digits: int) -> tuple[arb, arb, int]:
    """Return balls that certainly differ, or that certainly agree to `digits` digits, or the best tried, and depth."""
    bits = math.ceil(digits * LOG2_10) + 12
    for _ in range(ATTEMPTS):
        ball, depth = formula.enclosure(bits)
        # evaluate_ball bounds the radius absolutely for values below 1, so a small value needs more bits.
        small = max(0, -_exponent(ball))
        value_ball = evaluate_ball(value, bits + small)
        if not ball.overlaps(value_ball):
            # Narrow enough to print the digits around the difference.
            sharper = bits + 128
            return formula.enclosure(sharper)[0], evaluate_ball(value, sharper + small), depth
        if agreed_digits(ball, value_ball) >= digits:
            break
        bits += 64
    return ball, value_ball, depth


def _exponent(ball: arb) -> int:
    """Return e with 2**(e-1) <= |midpoint| < 2**e."""
    mantissa, exponent = ball.mid().man_exp()
    return int(abs(mantissa).bit_length()) + int(exponent)


def mpmath_digits(formula: Limit, digits: int, value: Any) -> int:
    """Return the decimal digits to which the second evaluation of a formula agrees with mpmath's value.

    Parameters
    ----------
    formula : Limit
    digits : int
        Digits looked at; the answer is at most `digits` + 10.
    value : mpf
        `mpmath_value` of the formula's value at these digits.
    """
    number, _ = formula.forward_value(digits + 10, value.context)
    return _shared_digits(number, value, digits + 10)


def mpmath_value(value: Expression, digits: int) -> Any:
    """Return mpmath's value of an expression to `digits` + 10 decimal digits; nan where it reaches none."""
    try:
        return evaluate_mpmath(value, digits + 10)
    except PrecisionLost:
        return MPContext().nan


def _shared_digits(number: Any, value: Any, most: int) -> int:
    """Return the decimal digits that two numbers of mpmath share, relative, at most so many."""
    context = value.context
    difference = abs(number - value)
    if difference == 0:
        return most
    if context.isnan(difference) or value == 0:
        return 0
    return max(0, min(most, int(context.floor(-context.log10(difference / abs(value))))))
