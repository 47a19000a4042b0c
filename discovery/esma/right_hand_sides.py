"""The search that starts from small signed interlaced fractions and asks which number each one is."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from discovery.errors import LimitExceeded, ParameterError, PrecisionLost
from discovery.esma.contraction import ClosedValue, Letter, closed_value
from discovery.esma.interlaced_boxes import MAX_POINTS, Box
from discovery.esma.refinement import DIGITS, confirmed
from discovery.esma.relation_filter import MAX_COEFFICIENT
from discovery.esma.relations import BANK, find_relation, related_pairs
from discovery.esma.sign_patterns import Signs
from discovery.exact.evaluation import evaluate_ball, evaluate_mpmath
from discovery.exact.expression import Expression, Number, to_text
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.search import Estimate, Finding, Preset, UnitResult, parameter

UNIT_POINTS = 150
"""Right-hand sides of a unit, about: even if all are findings a unit takes about a second."""
MOST_UNITS = 4000
VALUE_BITS = math.ceil(DIGITS * math.log2(10)) + 64
UNKNOWN = Number(Fraction(1))
"""Stands for the value of a fraction until it is known."""

# Measured on one core of an AMD EPYC server; they set the estimate only. Contracting a fraction, evaluating it and
# excluding the constants of the bank, confirming a finding.
SECONDS_PER_CONTRACTION = 1e-4
SECONDS_PER_CANDIDATE = 6e-4
SECONDS_PER_FINDING = 5e-3


@dataclass(frozen=True)
class RightHandSideParameters:
    """Parameters of the search."""

    period: int = parameter(
        1, label="Letters", help="Number N of interlaced letters: a_(kN + j) = a polynomial in k.", minimum=1, maximum=4
    )
    degree: int = parameter(
        1, label="Degree", help="Degree of the letters in k; at least one letter has it.", minimum=0, maximum=2
    )
    coefficient_limit: int = parameter(
        6, label="Coefficient limit", help="Coefficients of the letters lie in [0, limit].", minimum=1, maximum=100
    )
    max_period: int = parameter(1, label="Sign period", help="Longest period of the signs b_n.", minimum=1, maximum=8)
    digits: int = parameter(
        60,
        label="Digits",
        unit="decimal digits",
        help="Digits of an integer relation with a constant; each is checked with twice as many.",
        minimum=30,
        maximum=500,
        advanced=True,
    )


class RightHandSideSearch:
    """Semi-regular fractions a_0 + b_0/(a_1 + b_1/(a_2 + ...)) with small interlaced a_n, and the numbers they are.

    A fraction whose letters are constants is a quadratic irrational, and one that contracts to an arithmetic
    progression a quotient of Bessel functions, among them the powers of e and the circular and hyperbolic functions:
    both are recognized exactly. All others are compared with a bank of constants: a kernel proves for nearly all
    pairs that no Moebius map with coefficients up to `MAX_COEFFICIENT` connects the fractional parts, and lattice
    reduction decides the rest. A value becomes a finding when it agrees with the fraction to 1000 digits. A fraction
    that is none of this is decided and no finding.

    References
    ----------
    D. H. Lehmer, Continued fractions containing arithmetic progressions, Scripta Math. 29 (1973) 17-24; G. Hetyei,
    Hurwitzian continued fractions containing a repeated constant and an arithmetic progression, arXiv:1211.2494;
    Razon et al., ICML 2023, arXiv:2212.09470, for the fractions.
    """

    name = "esma_right_hand_sides"
    title = "Signed continued fractions, right side first"
    version = 1
    parameters_type = RightHandSideParameters
    presets: Mapping[str, Preset] = {
        "one progression": Preset("quotients of Bessel functions, coth, cot, e: 78 formulas in 2 seconds", {}),
        "period 2, linear": Preset(
            "472 formulas among 1,433 fractions in 5 seconds", {"period": 2, "coefficient_limit": 4, "max_period": 2}
        ),
        "period 3, linear, small": Preset(
            "e and other Hurwitzian numbers: 206 formulas among 1,189 fractions in 3 seconds",
            {"period": 3, "coefficient_limit": 2, "max_period": 3},
        ),
        "periodic": Preset(
            "square roots: every fraction is a formula, 64 in half a second",
            {"period": 2, "degree": 0, "coefficient_limit": 5, "max_period": 2},
        ),
        "quadratic letters (none known)": Preset(
            "no known number has one: none among 2,464 fractions, in 2 seconds",
            {"period": 2, "degree": 2, "coefficient_limit": 2, "max_period": 3},
        ),
    }

    def describe(self, parameters: RightHandSideParameters) -> str:
        """Return one line in words that says what will be searched."""
        letters = "one letter" if parameters.period == 1 else f"{parameters.period} interlaced letters"
        kind = ("constant", "linear", "quadratic")[parameters.degree]
        signs = "sign +1 or -1" if parameters.max_period == 1 else f"signs of period up to {parameters.max_period}"
        return (
            f"signed continued fractions with {letters}, {kind} in k, coefficients up to "
            f"{parameters.coefficient_limit}, {signs}: which are known numbers"
        )

    def estimate(self, parameters: RightHandSideParameters) -> Estimate:
        """Return cost and expected chance hits; refuse a box that is too large, without listing it.

        Notes
        -----
        By accident a pair of numbers agrees with one of the (2M + 1)^3 relations with coefficients up to M, whose last
        coefficient is then fixed, with a probability of 10^-digits each.
        """
        box = _box(parameters)
        refused = box.point_bound > MAX_POINTS
        candidates = box.point_bound if refused else box.count()
        each = SECONDS_PER_CANDIDATE if parameters.degree else SECONDS_PER_CONTRACTION
        pairs = candidates * len(BANK) if parameters.degree else 0
        return Estimate(
            candidates,
            candidates * each,
            pairs * (2 * MAX_COEFFICIENT + 1) ** 3 * 10.0**-parameters.digits,
            exact=not refused,
            seconds_per_finding=SECONDS_PER_FINDING,
            refusal=_refusal(box) if refused else None,
        )

    def units(self, parameters: RightHandSideParameters) -> int:
        """Return the number of work units, fixed by the parameters alone."""
        return max(1, min(_listed(parameters).points // UNIT_POINTS, MOST_UNITS))

    def run_unit(
        self, parameters: RightHandSideParameters, seed: int, index: int, checkpoint: bytes | None = None
    ) -> UnitResult:
        """Return the result of unit `index`: a block of right-hand sides.

        Notes
        -----
        An enumeration: `seed` and `checkpoint` have no effect.
        """
        box = _listed(parameters)
        units = self.units(parameters)
        members = box.members(box.points * index // units, box.points * (index + 1) // units)
        hits: dict[int, tuple[SignedContinuedFraction, ClosedValue | None, list[int]]] = {}
        unknown = []
        for point, (signs, letters) in members:
            closed = closed_value(signs, letters)
            if closed is None:
                unknown.append((point, _fraction(signs, letters)))
            else:
                hits[point] = _fraction(signs, letters), closed, []
        begin = time.perf_counter()
        flags = related_pairs([fraction for _, fraction in unknown])
        kernel_seconds = time.perf_counter() - begin
        for row in np.flatnonzero(flags.any(axis=1)).tolist():
            point, fraction = unknown[row]
            hits[point] = fraction, None, np.flatnonzero(flags[row]).tolist()
        findings = []
        undecided = rejected = 0
        for point in sorted(hits):
            fraction, closed, numbers = hits[point]
            try:
                value = closed or find_relation(fraction, parameters.digits, numbers)
                finding = None if value is None else _confirmed(fraction, value)
            except (PrecisionLost, LimitExceeded):
                undecided += 1
                continue
            if finding is None:
                rejected += 1
            else:
                findings.append(finding)
        return UnitResult(len(members), tuple(findings), undecided, rejected, kernel_seconds=kernel_seconds)

    def refine(self, parameters: RightHandSideParameters, candidate: Any) -> Finding | None:
        """Return the exactly confirmed finding for a right-hand side, or ``None`` if its value is not recognized.

        Parameters
        ----------
        parameters : RightHandSideParameters
        candidate : tuple
            Signs, and letters as tuples of coefficients, lowest power first; both as in `Box`.

        Raises
        ------
        PrecisionLost, LimitExceeded
            If the precision does not suffice to decide.
        """
        signs, letters = candidate
        fraction = _fraction(signs, letters)
        value = closed_value(signs, letters) or find_relation(fraction, parameters.digits)
        return None if value is None else _confirmed(fraction, value)

    def warm(self) -> None:
        """Compile every kernel, so that the first unit starts at full speed."""
        parameters = RightHandSideParameters(coefficient_limit=2, max_period=2)
        self.run_unit(parameters, seed=0, index=0)


@lru_cache(maxsize=8)
def _box(parameters: RightHandSideParameters) -> Box:
    return Box(parameters.period, parameters.degree, parameters.coefficient_limit, parameters.max_period)


def _listed(parameters: RightHandSideParameters) -> Box:
    box = _box(parameters)
    if box.point_bound > MAX_POINTS:
        raise ParameterError(_refusal(box), field="coefficient_limit")
    return box


def _refusal(box: Box) -> str:
    return (
        f"{box.period} letters of degree {box.degree} with coefficients up to {box.limit} and signs of period up to "
        f"{box.max_period} give {box.point_bound:.1e} fractions; at most {MAX_POINTS:.0e} are searched, in about an "
        f"hour. Use a coefficient limit of at most {box.largest_limit()}"
    )


def _fraction(signs: Signs, letters: tuple[Letter, ...]) -> SignedContinuedFraction:
    return SignedContinuedFraction(UNKNOWN, signs, (), tuple(tuple(map(Fraction, letter)) for letter in letters))


def _confirmed(fraction: SignedContinuedFraction, value: ClosedValue) -> Finding | None:
    formula = replace(fraction, value=value.expression())
    # The sums in P(c) and Q(c) may cancel as many digits as their integers have.
    lost = 2 * len(str(max(map(abs, value.row))))
    number = _constant(value.constant, DIGITS + 20 + 50 * math.ceil(lost / 50))
    p0, p1, q0, q1 = value.row
    independent = abs((p0 + p1 * number) / (q0 + q1 * number))
    return confirmed(formula, to_text(value.constant), value.row, evaluate_ball(formula.value, VALUE_BITS), independent)


@lru_cache(maxsize=256)
def _constant(constant: Expression, digits: int) -> Any:
    """Return mpmath's value of a constant; many values are images of one."""
    return evaluate_mpmath(constant, digits)
