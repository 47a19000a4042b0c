"""What a pasted sequence is, as JSON for pages and command line."""

from __future__ import annotations

from typing import Any

from discovery.errors import InputError
from discovery.exact.sequences import writing
from discovery.exact.sequences.ansatz import Shape, largest_shapes
from discovery.exact.sequences.examination import (
    CONSTANT,
    ENOUGH_SURPLUS,
    LEAST_PREDICTED,
    Fault,
    Fit,
    examine,
    predicted_terms,
)
from discovery.exact.sequences.generating_function import generating_function
from discovery.exact.sequences.hypergeometric import hypergeometric_term
from discovery.exact.sequences.recurrence import Recurrence
from discovery.exact.sequences.sequence_code import pari_code, python_code
from discovery.exact.sequences.terms import LARGEST_INDEX, Terms, parse_terms

NEXT_TERMS = 6
REPORTED_ORDERS = 4


def sequence(text: str, first: int = 0) -> dict[str, Any]:
    """Return the recurrences and closed forms of a sequence.

    Parameters
    ----------
    text : str
        The terms; see `discovery.exact.sequences.terms.parse_terms`.
    first : int
        Index of the first term, at most 10^6 in size; a table of indices and terms says its own.

    Returns
    -------
    dict
        ``count``, ``first``, ``terms`` as read; ``fits`` that are accepted and ``refused`` ones, each with its law,
        its evidence and the terms it says come next; ``fault``, a term that is probably wrong; ``reached``, which
        recurrences so many terms can decide about.

    Raises
    ------
    InputError
        The text is no sequence.
    """
    if not -LARGEST_INDEX <= first <= LARGEST_INDEX:
        raise InputError(f"the first index must be in [-{LARGEST_INDEX}, {LARGEST_INDEX}]; got {first}", field="first")
    typed = parse_terms(text)
    start = first if typed.first is None else typed.first
    found = examine(typed.terms, start)
    return {
        "count": len(typed.terms),
        "first": start,
        "terms": [str(term) for term in typed.terms],
        "fits": [_fit_to_json(fit, typed.terms, start) for fit in found.fits],
        "refused": [_fit_to_json(fit, typed.terms, start) for fit in found.refused],
        "fault": None if found.fault is None else _fault_to_json(found.fault, typed.terms, start),
        "reached": _reached(len(typed.terms)),
    }


def _fit_to_json(fit: Fit, terms: Terms, first: int) -> dict[str, Any]:
    recurrence = fit.form if isinstance(fit.form, Recurrence) else None
    return {
        "kind": fit.kind,
        **_law(fit),
        "order": None if recurrence is None else recurrence.order,
        "degree": fit.form.degree,
        "holds_from": first + fit.exceptions + (0 if recurrence is None else recurrence.order),
        "exceptions": fit.exceptions,
        "fitted": fit.fitted,
        "predicted": fit.predicted,
        "predicted_digits": round(fit.predicted_digits, 1),
        "surplus_digits": round(fit.surplus_digits, 1),
        "accepted": fit.accepted,
        "reason": _reason(fit, first),
        "missing_terms": fit.missing_terms,
        "next": [str(term) for term in predicted_terms(fit, terms, first, NEXT_TERMS)] if fit.accepted else [],
        "closed_form": _closed_form(fit, terms, first),
        "generating_function": _generating_function(fit, terms),
        "code": {
            "Python": python_code(fit.form, fit.exceptions, terms, first),
            "PARI/GP": pari_code(fit.form, fit.exceptions, terms, first),
        }
        if fit.accepted
        else {},
    }


def _law(fit: Fit) -> dict[str, str]:
    if isinstance(fit.form, Recurrence):
        return {"text": writing.recurrence_text(fit.form), "tex": writing.recurrence_tex(fit.form)}
    return {"text": writing.closed_form_text(fit.form), "tex": writing.closed_form_tex(fit.form)}


def _reason(fit: Fit, first: int) -> str:
    """Return why a law is refused; empty for an accepted one."""
    if fit.accepted:
        return ""
    if fit.passed_over:
        names = ", ".join(f"a({first + place})" for place in fit.passed_over)
        return f"its coefficients vanish so that {names} can be anything: that is how it comes to hold"
    said = f"it is determined by {fit.fitted} terms and predicts {fit.predicted}"
    if fit.predicted < LEAST_PREDICTED:
        return f"{said}; {LEAST_PREDICTED} are needed"
    return f"{said}, with {fit.surplus_digits:.1f} surplus digits; {ENOUGH_SURPLUS:.0f} are needed"


def _closed_form(fit: Fit, terms: Terms, first: int) -> dict[str, str] | None:
    """Return the closed form of a recurrence of order 1."""
    if not isinstance(fit.form, Recurrence) or not fit.accepted:
        return None
    term = hypergeometric_term(fit.form, first + fit.exceptions, terms[fit.exceptions])
    if term is None:
        return None
    return {"text": writing.hypergeometric_text(term), "tex": writing.hypergeometric_tex(term)}


def _generating_function(fit: Fit, terms: Terms) -> dict[str, str] | None:
    if fit.kind != CONSTANT or not isinstance(fit.form, Recurrence) or not fit.accepted:
        return None
    function = generating_function(fit.form, fit.exceptions, terms)
    return {"text": writing.generating_function_text(function), "tex": writing.generating_function_tex(function)}


def _fault_to_json(fault: Fault, terms: Terms, first: int) -> dict[str, Any]:
    return {
        "index": first + fault.place,
        "given": str(terms[fault.place]),
        "expected": str(fault.expected),
        "corrected": fault.corrected,
        "kind": fault.fit.kind,
        "predicted": fault.fit.predicted,
        "surplus_digits": round(fault.fit.surplus_digits, 1),
        **_law(fault.fit),
    }


def _reached(count: int) -> dict[str, Any]:
    """Return which recurrences so many terms decide about, and what one degree more would take."""
    rows = []
    for shape in largest_shapes(count - LEAST_PREDICTED + 1)[:REPORTED_ORDERS]:
        larger = Shape(shape.order, shape.degree + 1)
        rows.append({"order": shape.order, "degree": shape.degree, "needed": larger.needed + LEAST_PREDICTED})
    return {"constant_order": max(0, (count - LEAST_PREDICTED) // 2), "polynomial": rows}
