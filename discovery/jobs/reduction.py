"""What the convergents of a polynomial continued fraction lose when they are reduced, as JSON for a page."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from discovery.errors import DiscoveryError, InputError, ParameterError
from discovery.exact import polynomial
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import to_text
from discovery.exact.formula import formula_from_json
from discovery.exact.fractions.deflation import Deflated
from discovery.exact.fractions.gcd_rate import convergents
from discovery.exact.fractions.integer_polynomials import integer_pair
from discovery.exact.fractions.irrationality import delta_from_convergents, irrationality_measure
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.polynomial import Coefficients
from discovery.factorial_reduction.classification import Classification, classify
from discovery.factorial_reduction.growth import common_factors
from discovery.matrix_fields.membership import FieldRow, find_row

MIN_DEPTH = 200
MAX_DEPTH = 4000
MAX_COEFFICIENTS_DIGITS = 1000
"""Decimal digits of all coefficients together; beyond, exact convergents at these depths take too long for a page."""
FACTORED_DEPTHS = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50)
FIRST_DELTA_DEPTH = 10
DELTAS_BY_DECADE = 12


def reduction(formula: Mapping[str, Any], depth: int) -> dict[str, Any]:
    """Return class, growth, common factors, irrationality exponent and matrix field of a continued fraction.

    Parameters
    ----------
    formula : mapping
        Formula-file object of a polynomial continued fraction.
    depth : int
        N in [200, 4000]: the exact stage and the irrationality exponent look at convergents up to 2N, the former
        farther where that does not decide.

    Returns
    -------
    dict
        ``kind``, ``order`` (d = max(deg a, deg b / 2) as text), ``convergence``, ``evidence`` and ``limit`` (a rational
        number as text or ``None``) say what it is. ``deflated`` is ``None`` or a, b and the inflation taken out;
        ``growth``, ``factors`` and ``row`` belong to the deflated pair. ``growth``: ``None`` or depths, dhat and rates.
        ``factors``: rows with n, log(g_n), log(n!^d) and the primes of g_n with exponents. ``delta``: depths,
        values, closed form with its status, and why there is none; ``series``: delta by depth. ``row``: ``None`` or
        the row of a field of conjugate polynomials.

    Raises
    ------
    InputError
        Another kind of formula, the depth is out of range, or the coefficients are too large.
    """
    parsed = formula_from_json(formula)
    if not isinstance(parsed, PolynomialContinuedFraction):
        raise InputError(f"a {parsed.kind} is no polynomial continued fraction", field="kind")
    if not MIN_DEPTH <= depth <= MAX_DEPTH:
        raise ParameterError(f"depth must be an int in [{MIN_DEPTH}, {MAX_DEPTH}]; got {depth}", field="depth")
    if sum(len(str(c)) for c in (*parsed.a, *parsed.b)) > MAX_COEFFICIENTS_DIGITS:
        raise InputError(
            f"the coefficients have more than {MAX_COEFFICIENTS_DIGITS} digits together",
            hint="Exact common factors are computed for smaller ones only",
        )
    found = classify(parsed.a, parsed.b, depth)
    a, b = found.deflated.a, found.deflated.b
    row = find_row(a, b) if a and b else None
    if row is not None:
        row.check(a, b)
    return {
        "kind": found.kind,
        "order": str(_order(a, b)),
        "convergence": found.convergence.kind,
        "limit": None if found.limit is None else str(found.limit),
        "evidence": list(found.evidence),
        "deflated": _deflated(found.deflated) if found.deflated.steps else None,
        "growth": _growth(found),
        "factors": _factors(a, b) if a and b else [],
        "delta": _delta(parsed.a, parsed.b, depth),
        "series": _series(parsed.a, parsed.b, depth) if found.convergence.converges else [],
        "row": None if row is None or row.kappa else _row(row),
    }


def _order(a: Coefficients, b: Coefficients) -> Fraction:
    """Return d: unreduced, the convergents grow like n!^d."""
    return Fraction(max(2 * len(a) - 2, len(b) - 1, 0), 2)


def _deflated(deflated: Deflated) -> dict[str, str]:
    parts = {"a": deflated.a, "b": deflated.b, "c": deflated.inflation}
    return {name: polynomial.to_text(part, "n") for name, part in parts.items()}


def _growth(found: Classification) -> dict[str, Any] | None:
    growth = found.growth
    if growth is None:
        return None
    return {
        "start": growth.start,
        "depths": [growth.depth, 2 * growth.depth],
        "dhat": growth.dhat,
        "common_order": growth.common_order,
        "reduced_rates": list(growth.reduced_rates),
        "common_rates": list(growth.common_rates),
    }


def _factors(a: Coefficients, b: Coefficients) -> list[dict[str, Any]]:
    order = float(_order(a, b))
    rows = []
    for depth in FACTORED_DEPTHS:
        factors = common_factors(a, b, depth).factors
        rows.append(
            {
                "n": depth,
                "log": sum(exponent * math.log(prime) for prime, exponent in factors),
                "log_factorial": order * math.lgamma(depth + 1),
                "primes": [[str(prime), exponent] for prime, exponent in factors],
            }
        )
    return rows


def _delta(a: Coefficients, b: Coefficients, depth: int) -> dict[str, Any]:
    try:
        measure = irrationality_measure(a, b, depth)
    except DiscoveryError as error:
        return {"depths": [], "values": [], "exact": None, "value": None, "status": "", "reason": str(error)}
    finite = all(map(math.isfinite, measure.values))
    return {
        "depths": list(measure.depths),
        "values": list(measure.values) if finite else [],
        "exact": None if measure.exact is None else to_text(measure.exact),
        "value": None if measure.exact is None else float(evaluate_ball(measure.exact, 64).mid()),
        "status": measure.status,
        "reason": "" if finite else "the convergents reach a rational number and stay there",
    }


def _series(a: Coefficients, b: Coefficients, depth: int) -> list[list[float]]:
    """Return depth and delta at depths that are evenly spaced on a logarithmic scale, where delta is defined."""
    steps = math.ceil(DELTAS_BY_DECADE * math.log10(depth / FIRST_DELTA_DEPTH))
    depths = sorted({round(FIRST_DELTA_DEPTH * (depth / FIRST_DELTA_DEPTH) ** (k / steps)) for k in range(steps + 1)})
    needed = sorted({*depths, *(2 * n for n in depths)})
    by_depth = dict(zip(needed, convergents(*integer_pair(a, b), needed), strict=True))
    found = []
    for n in depths:
        try:
            delta = delta_from_convergents(*by_depth[n], *by_depth[2 * n])
        except DiscoveryError:
            continue
        if math.isfinite(delta):
            found.append([n, delta])
    return found


def _row(row: FieldRow) -> dict[str, Any]:
    pair = row.pair()
    return {**row.to_json(), "f": pair.f.to_text(), "f_bar": pair.f_bar.to_text()}
