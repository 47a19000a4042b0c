"""Which continued fractions, of the catalogue or stored, a polynomial continued fraction is equivalent to."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from discovery.errors import DiscoveryError, InputError
from discovery.exact.formula import formula_from_json
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.proofs.equivalence import Pair, check_equivalence
from discovery.exact.proofs.equivalence_search import class_key, find_equivalence, normal_forms
from discovery.jobs.catalogue import known_formulas
from discovery.search import canonical_key

MAX_OTHERS = 200
MAX_ATTEMPTS = 40
MAX_SECONDS = 3.0
"""No further search is begun after so long; one takes 5 to 90 ms."""


def relatives(formula: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the explicit equivalences of a polynomial continued fraction to known ones and to some others.

    Parameters
    ----------
    formula : mapping
        Formula-file object of a polynomial continued fraction that converges.
    others : sequence of mapping
        At most 200 such objects; those of another kind are related to nothing.

    Returns
    -------
    dict
        ``known``: ``None``, or ``formula``, ``source`` and ``matrix`` of the first equivalent one of the catalogue,
        this one itself left out; ``matrices``: one for each of the others, ``None`` where none was found; ``skipped``:
        how many could be equivalent by their invariants and were not tried. A matrix is a list p, q, r, s of integers
        as text, proved to take the value x of this fraction to that of the other one, y = (p x + q)/(r x + s).

    Raises
    ------
    InputError
        Another kind of formula, or too many others.
    """
    this = formula_from_json(formula)
    if not isinstance(this, PolynomialContinuedFraction):
        raise InputError(f"a {this.kind} is no polynomial continued fraction", field="kind")
    if len(others) > MAX_OTHERS:
        raise InputError(f"others has {len(others)} formulas", field="others", hint=f"Give at most {MAX_OTHERS}")
    search = _Search(this)
    known = next(search.known(), None)
    matrices = [search.matrix(formula_from_json(other)) for other in others]
    return {"known": known, "matrices": matrices, "skipped": search.skipped}


@dataclass
class _Search:
    """The search for equivalences of one fraction; it ends after some attempts."""

    this: PolynomialContinuedFraction
    began: float = field(default_factory=time.monotonic)
    attempts: int = 0
    skipped: int = 0

    def __post_init__(self) -> None:
        self.pair = self.this.a, self.this.b
        self.key = canonical_key(self.this.key())
        self.keys = _keys(self.pair)

    def known(self) -> Iterator[dict[str, Any]]:
        """Yield the formulas of the catalogue that the fraction is equivalent to."""
        for known in known_formulas(PolynomialContinuedFraction.kind):
            matrix = None if known.key == self.key else self.matrix(known.formula)
            if matrix is not None:
                yield {"formula": known.formula.to_json(), "source": known.source, "matrix": matrix}

    def matrix(self, other: Any) -> list[str] | None:
        """Return the map of values to another fraction, if one is found."""
        if not isinstance(other, PolynomialContinuedFraction) or not _may_agree(self.keys, _keys((other.a, other.b))):
            return None
        if self.attempts == MAX_ATTEMPTS or time.monotonic() - self.began > MAX_SECONDS:
            self.skipped += 1
            return None
        self.attempts += 1
        target = other.a, other.b
        try:
            found = find_equivalence(target, self.pair)
            if found is None:
                return None
            image = check_equivalence(target, self.pair, found)
        except DiscoveryError:
            return None
        return [str(entry) for entry in (image.p, image.q, image.r, image.s)]


@lru_cache(maxsize=2000)
def _keys(pair: Pair) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """Return the invariants of a fraction and those of its even part; ``None`` where there are none."""
    a, b = pair
    if not a or not b:
        return None, None
    even = next((form for form, _ in normal_forms(pair, 2)), None)
    return class_key(a, b), None if even is None or not all(even) else class_key(*even)


def _may_agree(
    first: tuple[tuple[str, ...] | None, tuple[str, ...] | None],
    second: tuple[tuple[str, ...] | None, tuple[str, ...] | None],
) -> bool:
    """Return whether two fractions can be equivalent, plainly or with the even part of one of them."""
    (plain, even), (other, other_even) = first, second
    return other is not None and plain is not None and (other in (plain, even) or plain == other_even)
