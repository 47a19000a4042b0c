"""Proofs and refusals of the ESMA search on its named domain, and the sweep over families of constants."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from benchmarks.timing import report
from discovery.esma.closed_form import closed_form
from discovery.esma.left_hand_sides import left_hand_sides
from discovery.esma.proof import find_proof
from discovery.esma.sign_patterns import exact_signed_terms, sign_patterns
from discovery.esma.sweep import SweepParameters, SweepSearch
from discovery.esma.value import left_hand_side_value
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import Name
from discovery.exact.fractions.continued_fraction import regular_continued_fraction
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction

Record = dict[str, Any]

TERMS = 600
MAX_PERIOD = 120
PERTURBED_EVERY = 56
"""One closed form in so many has a letter changed."""

# Each family with the range of p and q.
FAMILIES = (
    ("exp(p/q)", 8),
    ("sin(p/q)", 8),
    ("tan(p/q)", 8),
    ("tanh(p/q)", 8),
    ("log(1+p/q)", 8),
    ("gamma(p/q)", 8),
    ("erf(p/q)", 8),
    ("sqrt(p/q)", 8),
    ("cbrt(p/q)", 8),
    ("lambertw(p/q)", 8),
    ("sqrt(p/q)*tan(sqrt(p/q))", 8),
    ("sqrt(p/q)*tanh(sqrt(p/q))", 8),
)
ORDERS = sorted({Fraction(a, b) for a in range(7) for b in range(1, 7)})
ARGUMENTS = sorted({Fraction(a, b) for a in range(1, 5) for b in range(1, 7)})


def main() -> int:
    """Print every table."""
    return report(_records(), __doc__ or "")


def _records() -> Iterator[Record]:
    yield from _named_domain()
    for family, largest in FAMILIES:
        yield _sweep(family, family, largest)
    for function in ("besseli", "besselj"):
        yield _bessel(function)


def _named_domain() -> Iterator[Record]:
    """Yield closed forms and proofs for e, degree 1, limit 3, the nine patterns of length up to 3 with a +1."""
    patterns = [signs for signs in sign_patterns(3) if 1 in signs]
    formulas = []
    begin = time.perf_counter()
    for row in left_hand_sides(1, 3).tolist():
        value = left_hand_side_value((Name("e"),), row)
        quotients = regular_continued_fraction(evaluate_ball(value, 8192), 2 * TERMS + 2)
        for signs in patterns:
            form = closed_form(exact_signed_terms(quotients, signs, TERMS))
            if form is not None and len(form.letters) <= MAX_PERIOD:
                formulas.append(SignedContinuedFraction(value, signs, form.start, form.letters))
    found = time.perf_counter()
    proved = sum(find_proof(formula) is not None for formula in formulas)
    seconds = time.perf_counter() - found
    yield {
        "question": "closed forms proved, e, degree 1, limit 3, nine patterns",
        "value": proved,
        "unit": f"of {len(formulas)}",
        "pairs": len(left_hand_sides(1, 3)) * len(patterns),
        "seconds_for_closed_forms": round(found - begin, 1),
        "milliseconds_a_proof": round(1000 * seconds / len(formulas), 2),
    }
    perturbed = [_with_a_letter_changed(formula) for formula in formulas[::PERTURBED_EVERY]]
    accepted = sum(find_proof(formula) is not None for formula in perturbed)
    yield {"question": "perturbed formulas accepted", "value": accepted, "unit": f"of {len(perturbed)}"}


def _with_a_letter_changed(formula: SignedContinuedFraction) -> SignedContinuedFraction:
    first, *others = formula.letters
    return replace(formula, letters=((first[0] + 1, *first[1:]), *others))


def _sweep(question: str, constants: str, largest: int, limit: int = 4) -> Record:
    """Return which constants of a list have a class in the box of degree 1 with a regular pattern."""
    search = SweepSearch()
    parameters = SweepParameters(constants=constants, largest=largest, limit=limit, max_period=1)
    begin = time.perf_counter()
    count = search.units(parameters)
    results = [search.run_unit(parameters, 0, index) for index in range(count)]
    hits = sorted({finding.subject for result in results for finding in result.findings})
    return {
        "question": f"sweep {question}",
        "value": len(hits),
        "unit": f"of {count} constants",
        "constants": " ".join(hits),
        "undecided_constants": sum(result.undecided > 0 for result in results),
        "seconds": round(time.perf_counter() - begin, 1),
    }


def _bessel(function: str) -> Record:
    """Return the hits among ratios of Bessel functions beside the criterion that 2/z and 2 (order + 1)/z are integers.

    The orders are a/b with a, b <= 6, the arguments z = a/b with a <= 4, b <= 6. Images of a number with a pattern have
    one too, so the two classes of limit 1 are enough.
    """
    pairs = [(order, argument) for order in ORDERS for argument in ARGUMENTS]
    texts = {pair: f"{function}({pair[0]},{pair[1]})/{function}({pair[0] + 1},{pair[1]})" for pair in pairs}
    record = _sweep(f"{function} ratios", ";".join(texts.values()), 1, limit=1)
    expected = {texts[order, z] for order, z in pairs if (2 / z).denominator == (2 * (order + 1) / z).denominator == 1}
    found = set(record.pop("constants").split(" "))
    return {**record, "expected": len(expected), "missing": len(expected - found), "extra": len(found - expected)}


if __name__ == "__main__":
    sys.exit(main())
