"""The prettiest and the fastest signed form of a number, over all sign patterns up to period 8."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from discovery.esma.closed_form import closed_form
from discovery.esma.refinement import LEAST_BITS, TERMS
from discovery.esma.sign_patterns import Signs, exact_signed_terms, pack_patterns, sign_patterns
from discovery.esma.signed_forms import choose_forms
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import Expression
from discovery.exact.fractions.continued_fraction import regular_continued_fraction
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction

MAX_PERIOD = 8
LARGEST_QUOTIENT = 2**61


def best_forms(value: Expression) -> tuple[SignedContinuedFraction, ...]:
    """Return the signed forms of a number that are worth showing beside any other, the regular one not among them.

    Parameters
    ----------
    value : Expression
        The number, positive.

    Returns
    -------
    tuple of SignedContinuedFraction
        The form of shortest period of letters, then the one of most digits per term; one where both are the same
        one; none where the number has no closed form, or quotients beyond 2**61.

    Raises
    ------
    PrecisionLost, LimitExceeded
        The value cannot be evaluated.
    """
    quotients = regular_continued_fraction(evaluate_ball(value, LEAST_BITS), 2 * TERMS + 2)
    if not quotients or max(map(abs, quotients)) >= LARGEST_QUOTIENT:
        return ()
    patterns, packed = _patterns()
    chosen = choose_forms(np.array(quotients, np.int64), len(quotients), packed)
    forms = []
    for number in chosen:
        form = closed_form(exact_signed_terms(quotients, patterns[number], TERMS))
        if number and form is not None:
            forms.append(SignedContinuedFraction(value, patterns[number], form.start, form.letters))
    return tuple(forms)


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[Signs, ...], NDArray[np.int64]]:
    patterns = sign_patterns(MAX_PERIOD)
    return patterns, pack_patterns(patterns)
