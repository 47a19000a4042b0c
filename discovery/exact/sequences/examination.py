"""Which recurrence or closed form does a sequence have? Each with the terms that it predicted as evidence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from flint import fmpq

from discovery.exact.sequences.ansatz import largest_shapes, polynomial_recurrence
from discovery.exact.sequences.berlekamp_massey import constant_recurrence
from discovery.exact.sequences.quasi_polynomial import QuasiPolynomial, number_of_shapes, quasi_polynomial
from discovery.exact.sequences.recurrence import Recurrence

CONSTANT = "constant coefficients"
POLYNOMIAL = "polynomial coefficients"
INTERLACED = "interlaced polynomials"
ENOUGH_SURPLUS = 5.0
LEAST_PREDICTED = 3
"""Terms that have to be predicted rightly, whatever they are worth."""
FEW_EXCEPTIONS = 2
LEFT_OUT_TERMS = 24
"""Up to so many terms each is left out in turn to see whether the others have a law."""
PART_TERMS = 120
"""Terms of a part that are looked at where a term is suspected to be wrong."""

Form: TypeAlias = Recurrence | QuasiPolynomial


@dataclass(frozen=True)
class Fit:
    """A recurrence or closed form that all terms satisfy, exactly.

    Parameters
    ----------
    kind : str
        `CONSTANT`, `POLYNOMIAL` or `INTERLACED`.
    form : Recurrence or QuasiPolynomial
        What holds.
    exceptions : int
        Number of first terms that take no part in it.
    fitted : int
        Number of first terms, exceptions included, that determine it.
    predicted : int
        Number of the terms after these, all of which it predicts.
    predicted_digits : float
        Decimal digits of the predicted terms: sum of log10(2 |p| + 1) + log10(q) over them.
    tried : int
        Number of shapes that were tried.
    passed_over : tuple of int
        Places of terms that a recurrence leaves out, although there are others before and after them.
    """

    kind: str
    form: Form
    exceptions: int
    fitted: int
    predicted: int
    predicted_digits: float
    tried: int
    passed_over: tuple[int, ...] = ()

    @property
    def surplus_digits(self) -> float:
        """Digits predicted minus log10 of the number of shapes tried."""
        return self.predicted_digits - math.log10(self.tried)

    @property
    def accepted(self) -> bool:
        """Whether at least three terms are predicted, with five surplus digits, and none is passed over."""
        enough = self.predicted >= LEAST_PREDICTED and self.surplus_digits >= ENOUGH_SURPLUS
        return enough and not self.passed_over

    @property
    def missing_terms(self) -> int:
        """About how many more terms would decide, if they are like those there are; 0 if that is not what it lacks."""
        if self.accepted or self.passed_over:
            return 0
        each = max(self.predicted_digits / self.predicted, math.log10(3))
        return max(LEAST_PREDICTED - self.predicted, math.ceil((ENOUGH_SURPLUS - self.surplus_digits) / each))


@dataclass(frozen=True)
class Fault:
    """A term that contradicts what many others agree on.

    Parameters
    ----------
    place : int
        Place of the term, from 0.
    expected : fmpq
        What it should be.
    fit : Fit
        What the terms before it, or after it, satisfy.
    corrected : bool
        Whether all terms satisfy it once this one is put right.
    """

    place: int
    expected: fmpq
    fit: Fit
    corrected: bool


@dataclass(frozen=True)
class Examination:
    """What was found about a sequence.

    Parameters
    ----------
    fits : tuple of Fit
        Accepted ones, the one that is determined by the fewest terms first.
    refused : tuple of Fit
        Those that hold for all terms but predict too little, or pass over a term.
    fault : Fault or None
        A term that is probably wrong; looked for unless something is accepted that has few exceptions.
    """

    fits: tuple[Fit, ...]
    refused: tuple[Fit, ...]
    fault: Fault | None


def examine(terms: Sequence[fmpq], first: int) -> Examination:
    """Return the recurrences and closed forms of a sequence.

    Parameters
    ----------
    terms : sequence of fmpq
        The terms, 4 or more.
    first : int
        Index of the first one.

    Notes
    -----
    Every form is read from as few of the first terms as determine it; the others are held out, and it counts only if
    it predicts all of them. Verified with exact integers, so what is refused is refused for want of evidence alone.
    """
    found = _fits(terms, first, 1)
    accepted = tuple(fit for fit in found if fit.accepted)
    refused = tuple(fit for fit in found if not fit.accepted)
    if any(fit.exceptions <= FEW_EXCEPTIONS for fit in accepted):
        return Examination(accepted, refused, None)
    fault = _left_out(refused, terms, first) or _fault(terms, first)
    return Examination(accepted, refused, fault if not accepted or (fault and fault.corrected) else None)


def predicted_terms(fit: Fit, terms: Sequence[fmpq], first: int, count: int) -> list[fmpq]:
    """Return the terms that come next; fewer where a recurrence does not determine one."""
    if isinstance(fit.form, Recurrence):
        return fit.form.continued(terms, first, count)
    start = first + len(terms)
    return [fit.form.value(n) for n in range(start, start + count)]


def term_digits(term: fmpq) -> float:
    """Return log10(2 |p| + 1) + log10(q) of a term p/q: the digits that it takes to say it."""
    return math.log10(2 * abs(int(term.p)) + 1) + math.log10(int(term.q))


def _fits(terms: Sequence[fmpq], first: int, parts: int) -> list[Fit]:
    """Return what all terms satisfy; `parts` is how many sequences are looked at altogether."""
    count = len(terms)
    found = []
    constant = constant_recurrence(terms)
    if constant is not None:
        recurrence, exceptions = constant
        fitted = 2 * (exceptions + recurrence.order)
        found.append(Fit(CONSTANT, recurrence, exceptions, fitted, 0, 0.0, parts * (count // 2)))
    polynomial = polynomial_recurrence(terms, first)
    if polynomial is not None and polynomial[0].degree:
        shapes = sum(shape.degree for shape in largest_shapes(count))
        passed = tuple(polynomial[0].passed_over(terms, first))
        found.append(Fit(POLYNOMIAL, polynomial[0], 0, polynomial[1], 0, 0.0, parts * shapes, passed))
    interlaced = quasi_polynomial(terms, first)
    if interlaced is not None:
        closed, fitted = interlaced
        found.append(Fit(INTERLACED, closed, closed.start - first, fitted, 0, 0.0, parts * number_of_shapes(count)))
    judged = [_with_evidence(fit, terms, first) for fit in found if fit.fitted < count]
    judged.sort(key=lambda fit: fit.fitted)
    simplest = min((fit.fitted for fit in judged if fit.kind != POLYNOMIAL and fit.accepted), default=count)
    # Polynomial coefficients that take more terms than a simpler law say nothing more.
    return [fit for fit in judged if fit.kind != POLYNOMIAL or fit.fitted < simplest]


def _with_evidence(fit: Fit, terms: Sequence[fmpq], first: int) -> Fit:
    places = [place for place in range(fit.fitted, len(terms)) if _says(fit.form, first + place)]
    digits = sum(term_digits(terms[place]) for place in places)
    return replace(fit, predicted=len(places), predicted_digits=digits)


def _says(form: Form, n: int) -> bool:
    """Return whether a form determines a(n) by the terms before it."""
    return isinstance(form, QuasiPolynomial) or form.polynomials[0](n) != 0


def _left_out(refused: Sequence[Fit], terms: Sequence[fmpq], first: int) -> Fault | None:
    """Return a term without which the others have a law that says another one in its place."""
    passed = [place for fit in refused for place in fit.passed_over]
    for place in passed or (range(len(terms)) if len(terms) <= LEFT_OUT_TERMS else ()):
        without = polynomial_recurrence(terms, first, without=place)
        expected = None if without is None else _said(without[0], terms, place, first)
        if expected is not None and expected != terms[place]:
            fits = _fits(_put_right(terms, place, expected), first, len(terms))
            fit = next((fit for fit in fits if fit.accepted and fit.exceptions <= FEW_EXCEPTIONS), None)
            if fit is not None:
                return Fault(place, expected, fit, corrected=True)
    return None


def _said(recurrence: Recurrence, terms: Sequence[fmpq], place: int, first: int) -> fmpq | None:
    """Return what a recurrence says about a term, by those before it or those after it."""
    if place >= recurrence.order:
        return recurrence.next_term(terms[:place], first + place)
    newest = place + recurrence.order
    return _oldest(recurrence, terms, newest, first) if newest < len(terms) else None


def _fault(terms: Sequence[fmpq], first: int) -> Fault | None:
    """Return the term at which the first or the last terms' law ends, the one with the most terms on its side."""
    count = len(terms)
    sizes = sorted({count - 1, count - 2, 3 * count // 4, 2 * count // 3, count // 2}, reverse=True)
    parts = [(0, size) for size in sizes] + [(count - size, count) for size in sizes]
    best: Fault | None = None
    for start, stop in parts:
        if stop - start < 4:
            continue
        for fit in _fits(terms[start : min(stop, start + PART_TERMS)], first + start, len(parts)):
            fault = _contradicted(fit, terms, first, start) if fit.accepted else None
            if fault is not None and fault.corrected:
                return fault
            best = best or fault
    return best


def _contradicted(fit: Fit, terms: Sequence[fmpq], first: int, start: int) -> Fault | None:
    """Return the first term after a part, or the last one before it, that does not follow the part's law."""
    if isinstance(fit.form, QuasiPolynomial):
        return _against_closed_form(fit, fit.form, terms, first)
    recurrence = fit.form
    begin = start + fit.exceptions
    after = range(begin + recurrence.order, len(terms))
    place = next((place for place in after if not recurrence.holds_at(terms, place, first)), None)
    if place is not None:
        expected = recurrence.next_term(terms[:place], first + place)
    elif start == 0 or fit.exceptions:
        return None
    else:
        begin = 0
        before = range(start + recurrence.order - 1, recurrence.order - 1, -1)
        newest = next((place for place in before if not recurrence.holds_at(terms, place, first)), None)
        if newest is None:
            return None
        place, expected = newest - recurrence.order, _oldest(recurrence, terms, newest, first)
    if expected is None:
        return None
    put_right = _put_right(terms, place, expected)[begin:]
    return Fault(place, expected, fit, recurrence.first_failure(put_right, first + begin) is None)


def _oldest(recurrence: Recurrence, terms: Sequence[fmpq], newest: int, first: int) -> fmpq | None:
    """Return a(n - r) from the r terms after it."""
    values = [q(first + newest) for q in recurrence.polynomials]
    if values[-1] == 0:
        return None
    total = sum((value * terms[newest - i] for i, value in enumerate(values[:-1])), fmpq(0))
    return -total / values[-1]


def _put_right(terms: Sequence[fmpq], place: int, expected: fmpq) -> list[fmpq]:
    return [*terms[:place], expected, *terms[place + 1 :]]


def _against_closed_form(fit: Fit, form: QuasiPolynomial, terms: Sequence[fmpq], first: int) -> Fault | None:
    """Return the only term that differs from a closed form, or the first of several."""
    wrong = [place for place in range(form.start - first, len(terms)) if terms[place] != form.value(first + place)]
    if not wrong:
        return None
    return Fault(wrong[0], form.value(first + wrong[0]), fit, len(wrong) == 1)
