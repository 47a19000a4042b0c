"""The search for polynomial continued fractions with factorial reduction: parameters, cost, units, presets."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, TypeAlias

import numba

from discovery.errors import LimitExceeded, ParameterError
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.identification.bank import BANK, Bank, extended_bank
from discovery.exact.polynomial import Coefficients
from discovery.factorial_reduction.boxes import Box, Interval, coefficient_box, monomials, search_box
from discovery.factorial_reduction.classification import UNDECIDED
from discovery.factorial_reduction.filtering import filter_unit
from discovery.factorial_reduction.published_boxes import catalan_family, power_box, zeta3_family, zeta5_family
from discovery.factorial_reduction.refinement import NOT_KNOWN, Outcome, confirm, pair
from discovery.factorial_reduction.work_units import nanoseconds, units
from discovery.processes import ordered_map
from discovery.search import Estimate, Finding, Preset, UnitResult, parameter

ROOTS = "roots of b"
POWERS = "b = c n^(deg b)"
COEFFICIENTS = "coefficients"
ZETA3, ZETA5, CATALAN = "zeta(3) family", "zeta(5) family", "catalan family"
NONE = "none"
INFLATED = "other hits times a constant"
KEPT = ("full", "full and partial")

SECONDS_PER_FINDING = 0.1
"""To confirm, identify and prove one hit on one core, about; sets the estimate only."""
RATE = 1.5e10
"""Candidates per second that a large box is counted with, on purpose low."""
MAX_SECONDS = 43_200.0
"""A search that would take longer is not started."""
MAX_CATALAN_MULTIPLIER = 50
"""So many multipliers of both factors of b make some ten thousand shapes, listed in half a second."""
CHANCE = 1e-90
"""Bound of the chance that a wrong value passes: the coefficients of a relation have at most 0.4 of 150 digits."""
Pair: TypeAlias = tuple[Coefficients, Coefficients]

_RANGE = re.compile(r"\s*([+-]?[0-9]{1,18})\s*(?:\.\.\s*([+-]?[0-9]{1,18}))?\s*")


@dataclass(frozen=True)
class FactorialReductionParameters:
    """Parameters of the search."""

    domain: str = parameter(
        POWERS,
        label="Domain",
        help="b = c n^(deg b): the classical shape. roots of b: every b that splits over the rationals, by its roots. "
        "coefficients: boxes of coefficients, as published. The families are those of the papers.",
        choices=(POWERS, ROOTS, COEFFICIENTS, ZETA3, ZETA5, CATALAN),
    )
    degree_a: int = parameter(2, label="Degree of a", help="Degree of a(n).", minimum=0, maximum=5)
    degree_b: int = parameter(
        4, label="Degree of b", help="Degree of b(n): even, and at least twice that of a.", minimum=2, maximum=10
    )
    coefficient: int = parameter(
        20,
        label="Coefficients of a",
        help="a has its leading coefficient in [1, this] and the others in [-this, this].",
        minimum=1,
        maximum=10**6,
    )
    multiplier: int = parameter(
        20, label="Factor of b", help="b = c s(n) with 0 < |c| <= this, s primitive.", minimum=1, maximum=10**6
    )
    span: int = parameter(
        1,
        label="Span of the roots",
        help="Roots of b lie in [-span, 0], up to shifts.",
        minimum=0,
        maximum=100,
        advanced=True,
    )
    denominator: int = parameter(
        1,
        label="Denominator of the roots",
        help="Largest denominator of a root of b.",
        minimum=1,
        maximum=12,
        advanced=True,
    )
    a_ranges: str = parameter(
        NONE,
        label="Ranges of a",
        help="Ranges of the coefficients of a, highest power first, such as 1..60, -60..60, -60..60; none: as above.",
        advanced=True,
    )
    b_ranges: str = parameter(
        NONE,
        label="Ranges of b",
        help="For boxes of coefficients: those of b, highest power first; else the range of c alone; none: as above.",
        advanced=True,
    )
    keep: str = parameter(
        KEPT[0],
        label="Keep",
        help="full: continued fractions whose convergents lose all factorials. full and partial: also those that "
        "lose a half or three quarters of them, such as that of coth(pi/4).",
        choices=KEPT,
        advanced=True,
    )
    constants: str = parameter(
        NONE,
        label="Further constants",
        help="Expressions separated by semicolons that values are compared with, beside the constants of the bank.",
        advanced=True,
    )


class FactorialReductionSearch:
    """Polynomial continued fractions a(0) + b(1)/(a(1) + ...) whose convergents p_n/q_n lose their factorials.

    No constant is given: congruences at small primes leave few pairs (a, b), exact greatest common divisors decide
    them, and the value of each is computed and identified afterwards.

    References
    ----------
    R. Elimelech et al., "Algorithm-assisted discovery of an intrinsic order among mathematical constants",
    PNAS 121 (2024), e2321440121.
    """

    name = "factorial_reduction"
    title = "Polynomial continued fractions"
    version = 1
    parameters_type = FactorialReductionParameters
    presets: Mapping[str, Preset] = {
        "quick, degree (2,4)": Preset("zeta(2), Catalan, L(-3,2) and their kin, about 20 s", {}),
        "Zagier's sporadic sequences": Preset(
            "degree (2,4), 2.1e8 fractions: five of the six sporadic sequences, and more",
            {"coefficient": 60, "multiplier": 120},
        ),
        "zeta(3), degree (3,6)": Preset(
            "the family of the papers around zeta(3): Apery's fraction and the rows of its matrix field",
            {"domain": ZETA3, "coefficient": 40, "multiplier": 72},
        ),
        "any roots, degree (2,4)": Preset(
            "b with any integer roots that span up to 2",
            {"domain": ROOTS, "span": 2, "coefficient": 12, "multiplier": 8},
        ),
        "Catalan": Preset(
            "the published family around Catalan's constant", {"domain": CATALAN, "coefficient": 12, "multiplier": 8}
        ),
        "degree (1,2)": Preset("pi, log 2, arctangents and their kin", {"domain": ROOTS, "degree_a": 1, "degree_b": 2}),
    }

    def describe(self, parameters: FactorialReductionParameters) -> str:
        """Return one line in words that says what will be searched."""
        box = _box(parameters)
        return (
            f"polynomial continued fractions with factorial reduction, {parameters.domain}, "
            f"degree ({max(map(len, box.basis)) - 1},{2 * box.degree}), "
            f"{box.candidates:,} pairs"
        )

    def estimate(self, parameters: FactorialReductionParameters) -> Estimate:
        """Return cost and expected chance hits; refuse a box that would take more than half a day.

        Raises
        ------
        ParameterError
            The domain is empty or cannot be searched this way; the message says what to use instead.
        """
        box = _box(parameters)
        _bank(parameters)
        rough = box.candidates / RATE
        seconds = nanoseconds(box) * 1e-9 / _cores() if rough < MAX_SECONDS else rough
        refusal = None
        if seconds > MAX_SECONDS:
            refusal = (
                f"{box.candidates:.1e} continued fractions would take about {seconds / 3600:.0f} hours; searches up to "
                "12 hours are started. Use smaller ranges, a shape of b with fewer roots, or one of the families: "
                "they hold what is known with a thousandth of the candidates."
            )
        return Estimate(
            box.candidates, seconds, CHANCE * box.candidates, seconds_per_finding=SECONDS_PER_FINDING, refusal=refusal
        )

    def units(self, parameters: FactorialReductionParameters) -> int:
        """Return the number of work units, fixed by the parameters alone."""
        return units(_box(parameters))

    def run_unit(
        self, parameters: FactorialReductionParameters, seed: int, index: int, checkpoint: bytes | None = None
    ) -> UnitResult:
        """Return the result of unit `index`; an enumeration, so `seed` and `checkpoint` have no effect."""
        box = _box(parameters)
        result = filter_unit(box, index, numba.get_num_threads())
        hits = [pair(a, b) for a, b in zip(result.a.tolist(), result.b.tolist(), strict=True)]
        own = [hit for hit in hits if not _is_multiple(box, hit)]
        outcomes = list(ordered_map(partial(_confirmed, parameters), own))
        counts = Counter(outcome.kind for outcome in outcomes)
        counts[INFLATED] = len(hits) - len(own)
        undecided = counts[UNDECIDED] + counts[NOT_KNOWN]
        findings = tuple(outcome.finding for outcome in outcomes if outcome.finding is not None)
        return UnitResult(
            result.candidates,
            findings,
            undecided,
            len(outcomes) - len(findings) - undecided,
            {name: number for name, number in (counts | Counter(result.counts)).items() if number},
            result.kernel_seconds,
        )

    def refine(self, parameters: FactorialReductionParameters, candidate: Any) -> Finding | None:
        """Return the confirmed finding for a hit, the polynomials a and b, or ``None``."""
        return _confirmed(parameters, candidate).finding

    def warm(self) -> None:
        """Compile every kernel, so that the first unit starts at full speed."""
        for domain in (POWERS, ROOTS):
            self.run_unit(FactorialReductionParameters(domain=domain, coefficient=2, multiplier=1), 0, 0)


def _is_multiple(box: Box, hit: Pair) -> bool:
    """Return whether another pair of the box is this one without a constant factor; families are not looked at."""
    primitive = PolynomialContinuedFraction(*hit).canonical()
    a, b = primitive.a, primitive.b
    if (a, b) == hit or box.basis != monomials(len(box.basis) - 1):
        return False
    return all(low <= c <= high for c, (low, high) in zip(a, box.ranges, strict=False)) and any(
        low * c <= b[-1] <= high * c and tuple(b[-1] / c * v for v in group.primitive) == b
        for group in box.groups
        for low, high in group.multipliers
        if (c := group.primitive[-1])
    )


def _confirmed(parameters: FactorialReductionParameters, candidate: Pair) -> Outcome:
    a, b = candidate
    return confirm(a, b, bank=_bank(parameters), keep_partial=parameters.keep == KEPT[1])


@lru_cache(maxsize=4)
def _bank(parameters: FactorialReductionParameters) -> Bank:
    texts = tuple(text.strip() for text in parameters.constants.split(";") if text.strip())
    return BANK if texts == (NONE,) else extended_bank(texts)


@lru_cache(maxsize=8)
def _box(parameters: FactorialReductionParameters) -> Box:
    degree_a, degree_b = parameters.degree_a, parameters.degree_b
    size, multiplier = parameters.coefficient, parameters.multiplier
    both, factors = (-size, size), (-multiplier, multiplier)
    if parameters.domain == ZETA3:
        return zeta3_family((1, size), both, factors)
    if parameters.domain == ZETA5:
        return zeta5_family((1, size), both, both, factors)
    if parameters.domain == CATALAN:
        if multiplier > MAX_CATALAN_MULTIPLIER:
            raise ParameterError(
                f"multiplier must be at most {MAX_CATALAN_MULTIPLIER} for this family; got {multiplier}",
                field="multiplier",
                hint="Its b = (2n-1)^3 (c (2n-1) + e) has one shape for every quotient e/c",
            )
        return catalan_family((both, both, (1, size)), factors, factors)
    _check_degrees(degree_a, degree_b)
    given = _ranges(parameters.a_ranges, "a_ranges", degree_a + 1)
    a = given or ((-size, size),) * degree_a + ((1, size),)
    try:
        if parameters.domain == COEFFICIENTS:
            b = _ranges(parameters.b_ranges, "b_ranges", degree_b + 1)
            return coefficient_box(a, b or (factors,) * (degree_b + 1))
        if parameters.domain == POWERS:
            c = _ranges(parameters.b_ranges, "b_ranges", 1)
            return power_box(a, degree_b, c[0] if c else factors)
        return search_box(
            degree_a, degree_b, size, multiplier, span=parameters.span, denominator=parameters.denominator
        )
    except LimitExceeded as error:
        raise ParameterError(str(error), field="span", hint=f"Use the domain {ROOTS!r} with a smaller span") from None


def _check_degrees(degree_a: int, degree_b: int) -> None:
    if degree_b % 2:
        raise ParameterError(
            f"degree_b must be even; got {degree_b}", field="degree_b", hint=f"Use {degree_b - 1} or {degree_b + 1}"
        )
    if degree_b < 2 * degree_a:
        raise ParameterError(
            f"degree ({degree_a},{degree_b}) has no factorial reduction: deg b must be at least 2 deg a (proved)",
            field="degree_b",
            hint=f"Use degree ({degree_a},{2 * degree_a}). Degree (1,1) is Kummer's function 1F1, with a closed form "
            "for each: the numbers e and I_0/I_1 are found by the signed continued fractions",
        )


def _ranges(text: str, field: str, count: int) -> tuple[Interval, ...]:
    """Return typed ranges, low power first; an empty tuple where none are given."""
    if text == NONE:
        return ()
    parts = text.split(",")
    if len(parts) != count:
        raise ParameterError(
            f"{field} has {len(parts)} ranges; it needs {count}", field=field, hint="One for each power, highest first"
        )
    found = []
    for part in parts:
        match = _RANGE.fullmatch(part)
        if match is None:
            raise ParameterError(
                f"{field}: {part.strip()[:40]!r} is no range", field=field, hint="Write for example -60..60"
            )
        low = int(match[1])
        high = int(match[2]) if match[2] else low
        if low > high:
            raise ParameterError(f"{field}: the range {part.strip()} is empty", field=field, hint="Lower end first")
        found.append((low, high))
    return tuple(reversed(found))


def _cores() -> int:
    return os.cpu_count() or 1
