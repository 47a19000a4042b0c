"""The search for signed interlaced continued fractions of P(c)/Q(c): parameters, cost, units, presets."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from discovery.errors import ExpressionError, LimitExceeded, ParameterError, PrecisionLost
from discovery.esma import cost
from discovery.esma.expansion import LIMB_BITS, powers_of_constant
from discovery.esma.kernels import HIT, UNSURE, decide_block
from discovery.esma.left_hand_sides import fits, left_hand_sides, pair_bound
from discovery.esma.refinement import confirm
from discovery.esma.sign_patterns import Signs, pack_patterns, sign_patterns
from discovery.esma.value import longest_value_text
from discovery.exact.evaluation import evaluate_ball, rational_value
from discovery.exact.expression import Expression, parse, to_text
from discovery.search import Estimate, Finding, Preset, UnitResult, parameter

Integers = NDArray[np.int64]

UNIT_CANDIDATES = 160
"""Candidates of a unit, about: even if all of them are findings a unit takes about half a second."""


@dataclass(frozen=True)
class EsmaParameters:
    """Parameters of the search."""

    constant: str = parameter("e", label="Constant c", help="A real irrational number, such as e, tan(1) or zeta(3).")
    degree: int = parameter(1, label="Degree", help="Largest degree of P and Q.", minimum=1, maximum=4)
    limit: int = parameter(
        3, label="Coefficient limit", help="Coefficients of P and Q lie in [-limit, limit].", minimum=1, maximum=10**9
    )
    max_period: int = parameter(3, label="Sign period", help="Longest period of the signs b_n.", minimum=1, maximum=8)
    max_order: int = parameter(
        23,
        label="Recurrence order",
        help="Largest order of the linear recurrence looked for; interlaced linear letters of period N have order 2N.",
        minimum=1,
        maximum=64,
        advanced=True,
    )
    precision_bits: int = parameter(
        1536,
        label="Precision",
        unit="bits",
        help="Precision of the expansion; more gives more terms where the terms are large.",
        minimum=256,
        maximum=65536,
        advanced=True,
    )


@dataclass(frozen=True)
class _Box:
    """Everything the units share, made once per parameters."""

    constant: Expression
    rows: Integers
    powers: Integers
    patterns: tuple[Signs, ...]
    packed: Integers


class EsmaSearch:
    """Signed interlaced continued fractions x = a_0 + b_0/(a_1 + b_1/(a_2 + ...)) of x = |P(c)/Q(c)|.

    Every left-hand side is expanded with every periodic sign pattern; a candidate whose partial denominators satisfy
    a short linear recurrence from some term on is a hit. A hit becomes a finding when its closed form, evaluated
    rigorously, agrees with the left-hand side to 1000 digits.

    References
    ----------
    Razon et al., "Automated Search for Conjectures on Mathematical Constants using Analysis of Integer Sequences",
    ICML 2023, arXiv:2212.09470.
    """

    name = "esma"
    title = "Signed continued fractions"
    version = 1
    parameters_type = EsmaParameters
    presets: Mapping[str, Preset] = {
        "e, quick": Preset("Moebius images of e: about 2,200 formulas in 3 seconds", {}),
        "e, degree 2": Preset(
            "quotients of quadratic polynomials in e: about 1,200 formulas among 33,440 candidates in 2 seconds",
            {"degree": 2, "limit": 2},
        ),
        "tan(1)": Preset("Moebius images of tan(1): about 1,400 formulas in 2 seconds", {"constant": "tan(1)"}),
        "besseli(1,2)/besseli(0,2)": Preset(
            "Moebius images of a quotient of Bessel functions: about 1,500 formulas in 2 seconds",
            {"constant": "besseli(1,2)/besseli(0,2)"},
        ),
        "phi": Preset(
            "the golden ratio: every candidate is a formula, about 450 in a second",
            {"constant": "phi", "limit": 2, "max_period": 2},
        ),
        "pi (control: none expected)": Preset(
            "quotients of quadratic polynomials in pi: none among 274,960 candidates, in half a second",
            {"constant": "pi", "degree": 2, "limit": 3},
        ),
    }

    def describe(self, parameters: EsmaParameters) -> str:
        """Return one line in words that says what will be searched."""
        signs = "sign +1 or -1" if parameters.max_period == 1 else f"signs of period up to {parameters.max_period}"
        return (
            f"signed continued fractions of |P(c)/Q(c)| at c = {parameters.constant}, "
            f"degree up to {parameters.degree}, coefficients up to {parameters.limit}, {signs}"
        )

    def estimate(self, parameters: EsmaParameters) -> Estimate:
        """Return cost and expected chance hits; refuse a box that does not fit into memory, without listing it.

        Raises
        ------
        InputError
            If the constant is not usable: unsafe text, rational, complex, at a pole, or too large for the limit.

        Notes
        -----
        Quick, and without any kernel: it runs where a person waits.
        """
        constant = _constant(parameters)
        degree, limit = parameters.degree, parameters.limit
        rows, exact = cost.count_left_hand_sides(degree, limit)
        candidates = rows * len(sign_patterns(parameters.max_period))
        seconds = cost.seconds(pair_bound(degree, limit), candidates, parameters.max_order)
        refusal = None if fits(degree, limit) else cost.refusal(degree, limit, seconds)
        if refusal is None:
            powers_of_constant(constant, degree, 1, limit)
        return Estimate(
            candidates,
            seconds,
            cost.chance_hits(candidates),
            exact=exact,
            seconds_per_finding=cost.SECONDS_PER_FINDING,
            refusal=refusal,
        )

    def units(self, parameters: EsmaParameters) -> int:
        """Return the number of work units, fixed by the parameters alone, without listing the left-hand sides."""
        patterns = len(sign_patterns(parameters.max_period))
        return max(1, pair_bound(parameters.degree, parameters.limit) * patterns // UNIT_CANDIDATES)

    def run_unit(
        self, parameters: EsmaParameters, seed: int, index: int, checkpoint: bytes | None = None
    ) -> UnitResult:
        """Return the result of unit `index`: a block of left-hand sides with every sign pattern.

        Notes
        -----
        An enumeration: `seed` and `checkpoint` have no effect.
        """
        box = _box(parameters)
        units = self.units(parameters)
        first, end = (len(box.rows) * bound // units for bound in (index, index + 1))
        # A copy is writable: one type of array, so that the kernels are compiled once.
        rows = box.rows[first:end].copy()
        begin = time.perf_counter()
        outcomes = decide_block(rows, box.powers, box.packed, parameters.max_order)
        kernel_seconds = time.perf_counter() - begin
        findings = []
        undecided = int(np.count_nonzero(outcomes == UNSURE))
        rejected = 0
        for row, pattern in np.argwhere(outcomes == HIT).tolist():
            try:
                finding = self.refine(parameters, (first + row, pattern))
            except (PrecisionLost, LimitExceeded):
                undecided += 1
                continue
            if finding is None:
                rejected += 1
            else:
                findings.append(finding)
        return UnitResult(outcomes.size, tuple(findings), undecided, rejected, kernel_seconds)

    def refine(self, parameters: EsmaParameters, candidate: Any) -> Finding | None:
        """Return the exactly confirmed finding for a hit, or ``None`` if it is refused.

        Parameters
        ----------
        parameters : EsmaParameters
        candidate : tuple of int
            Number of the left-hand side and number of the sign pattern.

        Raises
        ------
        PrecisionLost, LimitExceeded
            If the precision or the number of terms does not suffice to decide.
        """
        row, pattern = candidate
        box = _box(parameters)
        return confirm(
            box.constant,
            tuple(box.rows[row].tolist()),
            box.patterns[pattern],
            precision_bits=parameters.precision_bits,
            max_order=parameters.max_order,
        )

    def warm(self) -> None:
        """Compile every kernel, so that the first unit starts at full speed."""
        self.run_unit(EsmaParameters(limit=1), seed=0, index=0)


def _constant(parameters: EsmaParameters) -> Expression:
    """Return the constant of a search: safe, real and finite, and not a fraction on the face of it."""
    constant = parse(parameters.constant)
    try:
        rational = rational_value(constant) is not None
        if not rational:
            evaluate_ball(constant, 64)
    except (PrecisionLost, LimitExceeded) as error:
        raise ParameterError(str(error), field="constant", hint="Use another constant") from None
    if rational:
        raise ParameterError(
            f"the constant {to_text(constant)} is rational: its continued fraction is finite",
            field="constant",
            hint="Use an irrational constant, such as e or tan(1)",
        )
    try:
        parse(longest_value_text(constant, parameters.degree, parameters.limit))
    except ExpressionError:
        raise ParameterError(
            f"the constant has {len(parameters.constant)} characters: P(c)/Q(c) of degree {parameters.degree} would be "
            "longer than an expression may be",
            field="constant",
            hint="Use a shorter constant or a smaller degree",
        ) from None
    return constant


@lru_cache(maxsize=4)
def _box(parameters: EsmaParameters) -> _Box:
    constant = _constant(parameters)
    rows = left_hand_sides(parameters.degree, parameters.limit)
    patterns = sign_patterns(parameters.max_period)
    limbs = math.ceil(parameters.precision_bits / LIMB_BITS)
    powers = powers_of_constant(constant, parameters.degree, limbs, parameters.limit)
    return _Box(constant, rows, powers, patterns, pack_patterns(patterns))
