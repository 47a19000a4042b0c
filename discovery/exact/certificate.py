"""Verification by two independent evaluations, and certificates that anyone can check again."""

from __future__ import annotations

import hashlib
import math
import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from flint import arb
from mpmath import MPContext

from discovery import __version__
from discovery.errors import DiscoveryError, InputError, PrecisionLost
from discovery.exact.disagreement import first_wrong_digit
from discovery.exact.evaluation import evaluate_ball, evaluate_mpmath
from discovery.exact.expression import Expression
from discovery.exact.formula import Formula, formula_from_json
from discovery.exact.precision import agreed_digits
from discovery.search import canonical_json

MAX_DIGITS = 1_000_000
SCHEMA = 1
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
        ``{"name", "digits", "seconds"}`` for each method that ran.
    formula_ball, value_ball : str
        The two balls in decimal, the middle digits left out beyond 200; empty if not computed.
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
    depth: int
    methods: tuple[dict[str, Any], ...]
    formula_ball: str
    value_ball: str
    first_wrong_digit: int | None
    reason: str | None
    seconds: float


@dataclass(frozen=True)
class _Balls:
    """The rigorous half of a verification."""

    formula: arb
    value: arb
    depth: int


def verify(formula: Formula, digits: int) -> Verification:
    """Return whether a formula gives the value it claims, by two independent evaluations.

    Parameters
    ----------
    formula : Formula
        The claim.
    digits : int
        Decimal digits, relative, in [1, 1000000].

    Returns
    -------
    Verification
        Positive if (1) the ball of the formula, from its closed form and a proved tail bound, and the ball of the
        value both have relative radius below ``10**-digits`` and differ by less than that, and (2) the three-term
        recurrence and mpmath's value agree to as many digits. A formula that cannot be evaluated gives a negative
        answer with the reason.

    Raises
    ------
    InputError
        `digits` out of range.
    """
    if isinstance(digits, bool) or not isinstance(digits, int) or not 1 <= digits <= MAX_DIGITS:
        raise InputError(f"digits must be an int in [1, {MAX_DIGITS}]; got {digits!r}", field="digits")
    begin = time.perf_counter()
    try:
        balls = _balls(formula, digits)
    except DiscoveryError as error:
        return Verification(False, 0, digits, 0, (), "", "", None, str(error), time.perf_counter() - begin)
    agreed = agreed_digits(balls.formula, balls.value)
    methods = [{"name": "Arb ball", "digits": agreed, "seconds": time.perf_counter() - begin}]
    wrong, reason = None, None
    if not balls.formula.overlaps(balls.value):
        wrong, reason = first_wrong_digit(balls.formula, balls.value)
    elif agreed < digits:
        reason = f"the two balls share only {agreed} of {digits} digits at the highest precision tried"
    else:
        independent_begin = time.perf_counter()
        independent = mpmath_digits(formula, digits)
        methods.append({"name": "mpmath", "digits": independent, "seconds": time.perf_counter() - independent_begin})
        if independent < digits:
            reason = f"the balls agree, but the independent mpmath evaluation to {independent} digits only"
    shown = [ball.str(digits + 5, condense=SHOWN_DIGITS) for ball in (balls.formula, balls.value)]
    seconds = time.perf_counter() - begin
    return Verification(
        reason is None, agreed, digits, balls.depth, tuple(methods), shown[0], shown[1], wrong, reason, seconds
    )


def make_certificate(formula: Formula, verification: Verification) -> dict[str, Any]:
    """Return the certificate of a successful verification as a JSON object.

    Parameters
    ----------
    formula : Formula
        The formula that was verified.
    verification : Verification
        Its outcome.

    Returns
    -------
    dict
        ``type``, ``schema``, ``formula``, ``digits`` (those asked for), ``depth``, the two balls, ``methods``,
        ``versions``, ``created`` (UTC), and ``sha256`` over the canonical JSON text of all the rest.

    Raises
    ------
    InputError
        The verification was not successful.
    """
    if not verification.ok:
        raise InputError("only a successful verification has a certificate", hint=f"It failed: {verification.reason}")
    certificate = {
        "type": "certificate",
        "schema": SCHEMA,
        "formula": formula.to_json(),
        "digits": verification.requested,
        "depth": verification.depth,
        "formula_ball": verification.formula_ball,
        "value_ball": verification.value_ball,
        "methods": [dict(method) for method in verification.methods],
        "versions": {
            "discovery": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in ("python-flint", "mpmath", "gmpy2")},
        },
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return {**certificate, "sha256": _digest(certificate)}


def check_certificate(certificate: Mapping[str, Any]) -> Verification:
    """Return the verification of a certificate's formula, done again at the certificate's digits.

    Raises
    ------
    InputError
        Not a certificate, of a newer schema, or altered: the hash does not match.
    """
    if certificate.get("type") != "certificate":
        raise InputError("this object is not a certificate", field="type", hint='Its "type" must be "certificate"')
    if certificate.get("schema") != SCHEMA:
        raise InputError(
            f"this version reads certificates of schema {SCHEMA}; got {str(certificate.get('schema'))[:20]!r}",
            field="schema",
            hint="Use the version of the program that wrote it",
        )
    content = {key: value for key, value in certificate.items() if key != "sha256"}
    if certificate.get("sha256") != _digest(content):
        raise InputError(
            "the certificate was altered: its hash does not match its content",
            field="sha256",
            hint="Get the original file, or verify the formula again",
        )
    formula = certificate.get("formula")
    if not isinstance(formula, Mapping):
        raise InputError("the certificate has no formula", field="formula")
    digits = certificate.get("digits")
    if not isinstance(digits, int):
        raise InputError("the certificate does not say to how many digits it holds", field="digits")
    return verify(formula_from_json(formula), digits)


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()


def _balls(formula: Formula, digits: int) -> _Balls:
    """Return balls that certainly differ, or that certainly agree to `digits` digits, or the best that was tried."""
    bits = math.ceil(digits * LOG2_10) + 12
    for _ in range(ATTEMPTS):
        ball, depth = formula.enclosure(bits)
        # evaluate_ball bounds the radius absolutely for values below 1, so a small value needs more bits.
        small = max(0, -_exponent(ball))
        balls = _Balls(ball, evaluate_ball(formula.value, bits + small), depth)
        if not ball.overlaps(balls.value):
            # Narrow enough to print the digits around the difference.
            sharper = bits + 128
            return _Balls(formula.enclosure(sharper)[0], evaluate_ball(formula.value, sharper + small), depth)
        if agreed_digits(ball, balls.value) >= digits:
            return balls
        bits += 64
    return balls


def _exponent(ball: arb) -> int:
    """Return e with 2**(e-1) <= |midpoint| < 2**e."""
    mantissa, exponent = ball.mid().man_exp()
    return int(abs(mantissa).bit_length()) + int(exponent)


def mpmath_digits(formula: Formula, digits: int, value: Any = None) -> int:
    """Return the decimal digits to which the three-term recurrence agrees with mpmath's value of the expression.

    Parameters
    ----------
    formula : Formula
    digits : int
        Digits looked at; the answer is at most `digits` + 10.
    value : mpf, optional
        `mpmath_value` of the formula's value at these digits, where many formulas claim one value.
    """
    guarded = digits + 10
    if value is None:
        value = mpmath_value(formula.value, digits)
    context = value.context
    fraction, _ = formula.forward_value(guarded, context)
    difference = abs(fraction - value)
    if difference == 0:
        return guarded
    if context.isnan(difference) or value == 0:
        return 0
    return max(0, min(guarded, int(context.floor(-context.log10(difference / abs(value))))))


def mpmath_value(value: Expression, digits: int) -> Any:
    """Return mpmath's value of an expression to `digits` + 10 decimal digits; nan where it reaches none."""
    try:
        return evaluate_mpmath(value, digits + 10)
    except PrecisionLost:
        return MPContext().nan
