"""How fast a formula converges, beside other forms of the same number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from discovery.errors import InputError, LimitExceeded, PrecisionLost
from discovery.esma.best_forms import best_forms
from discovery.exact.formula import formula_from_json
from discovery.exact.fractions.convergence import convergence as convergence_of
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction


def convergence(formula: Mapping[str, Any], terms: int) -> dict[str, Any]:
    """Return correct digits against depth for a formula and for other continued fractions of its value.

    Returns
    -------
    dict
        ``curves``: list of ``{"name", "digits"}``, first the formula, then for a signed continued fraction the forms
        of shortest period and of most digits per term over all sign patterns up to period 8, last the regular one.
    """
    parsed = formula_from_json(formula)
    if not isinstance(parsed, SignedContinuedFraction | PolynomialContinuedFraction):
        raise InputError(f"a {parsed.kind} is no continued fraction", field="kind")
    forms: list[SignedContinuedFraction] = []
    if isinstance(parsed, SignedContinuedFraction):
        try:
            # A form that is the formula itself, or the regular one, has its curve already.
            forms = [form for form in best_forms(parsed.value) if form.signs not in (parsed.signs, (1,))]
        except (PrecisionLost, LimitExceeded):
            forms = []
    curves = convergence_of([parsed, *forms], terms)
    names = ["this formula", *map(_form_name, forms), "regular continued fraction"]
    return {"curves": [{"name": name, "digits": digits} for name, digits in zip(names, curves, strict=True)]}


def _form_name(form: SignedContinuedFraction) -> str:
    signs = "".join("+" if sign > 0 else "-" for sign in form.signs)
    period = len(form.letters)
    return f"signs ({signs}), {period} {'letter' if period == 1 else 'letters'}"
