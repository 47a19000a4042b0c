"""The search for signed interlaced continued fractions of P(c)/Q(c): parameters, cost, units, presets."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from discovery.errors import ExpressionError, LimitExceeded, ParameterError, PrecisionLost
from discovery.esma import cost
from discovery.esma.constants import check_different, read_constant, written
from discovery.esma.expansion import LIMB_BITS, fixed_point_monomials, regular_quotients
from discovery.esma.kernels import BERLEKAMP_MASSEY, HIT, PERIOD, UNCERTAIN, UNSURE, decide_classes, decide_pairs
from discovery.esma.left_hand_sides import fits, left_hand_sides, pair_bound
from discovery.esma.monomials import known_bits, monomial_count
from discovery.esma.refinement import LEAST_BITS, TERMS, confirm
from discovery.esma.sign_patterns import Signs, pack_patterns, sign_patterns
from discovery.esma.signed_forms import choose_forms
from discovery.esma.tail_classes import tail_classes
from discovery.esma.value import longest_value_text
from discovery.exact.expression import parse
from discovery.exact.identification.identification import TypedNumber
from discovery.search import Estimate, Finding, Preset, UnitResult, parameter

Integers = NDArray[np.int64]

PAIRS = "pairs"
CLASSES = "classes"
DETECTORS = {"berlekamp_massey": BERLEKAMP_MASSEY, "period": PERIOD}
AUTOMATIC = "automatic"
NONE = "none"

UNIT_CANDIDATES = 40
"""Candidates of a unit of the route by pairs, about: even if all are findings a unit takes a tenth of a second."""
UNIT_PAIRS = 1000
"""Pairs of polynomials of a unit of the route by classes, about: some 200 classes."""
MOST_UNITS = 4000
"""Units of a large box; hits are rare there."""
MOST_BITS_FACTOR = 8
"""Undecided classes are tried again with twice the bits, up to this multiple of `precision_bits`."""


@dataclass(frozen=True)
class EsmaParameters:
    """Parameters of the search."""

    constant: str = parameter(
        "e", label="Constant c", help="A real irrational number, such as e, tan(1) or zeta(3); or many digits of one."
    )
    second_constant: str = parameter(
        NONE,
        label="Second constant",
        help=f"{NONE}, or another number c2: then P and Q are polynomials in both, and the degree is the total one.",
        advanced=True,
    )
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
    route: str = parameter(
        PAIRS,
        label="Route",
        help="pairs: every left-hand side with every sign pattern, as published. classes: all numbers that share a "
        "tail are decided at once, and only their best signed forms are shown.",
        choices=(PAIRS, CLASSES),
    )
    detector: str = parameter(
        AUTOMATIC,
        label="Detector",
        help="berlekamp_massey: any linear recurrence, up to the recurrence order. period: interlaced polynomials "
        "by vanishing differences. automatic: the first for pairs, the second for classes.",
        choices=(AUTOMATIC, *DETECTORS),
        advanced=True,
    )


@dataclass(frozen=True)
class _Box:
    """Everything the units share, made once per parameters; a row stands for `members` left-hand sides."""

    constants: tuple[TypedNumber, ...]
    rows: Integers
    members: Integers
    patterns: tuple[Signs, ...]
    packed: Integers
    detector: int


class EsmaSearch:
    """Signed interlaced continued fractions x = a_0 + b_0/(a_1 + b_1/(a_2 + ...)) of x = |P(c)/Q(c)|.

    With a second constant P and Q are polynomials in both; a left-hand side that is a function of one of them is filed
    under that one.

    Route "pairs", the published search: every left-hand side is expanded with every periodic sign pattern; a
    candidate whose partial denominators pass the detector from some term on is a hit.

    Route "classes": left-hand sides related by GL2(Z) have one regular continued fraction up to its first terms. It
    is tested once for all of them and for all sign patterns, by the theorem below. A hit class is shown by its
    simplest left-hand side: the regular form, the one of shortest period, and the one that converges fastest.
    A rejected class has no period of up to 128 letters, or a third of the regular quotients known (400 at most) less
    `MARGIN`.

    A hit becomes a finding when its closed form, evaluated rigorously, agrees with the left-hand side to 1000 digits.

    Notes
    -----
    Theorem (sketch of a proof). The signed expansion of an irrational x for a periodic pattern with at least one +1
    is interlaced from some term on if and only if the regular one is: the step from one to the other keeps at most a
    bounded amount in mind, so it repeats with the letters. With all signs -1 a growing letter at an odd place becomes
    a run of twos that grows too, so the expansion is interlaced if and only if all growing letters stand at even
    places, counted in the regular expansion of that left-hand side; which is known where the class is. So a decided
    class decides all of its left-hand sides with all sign patterns, and counts for so many candidates.

    References
    ----------
    Razon et al., "Automated Search for Conjectures on Mathematical Constants using Analysis of Integer Sequences",
    ICML 2023, arXiv:2212.09470. A. Hurwitz, Vierteljahrsschrift Naturf. Ges. Zürich 41 (1896), 34-64; G. N. Raney,
    Math. Ann. 206 (1973), 265-283: images of such fractions under integer Moebius maps.
    """

    name = "esma"
    title = "Signed continued fractions"
    version = 1
    parameters_type = EsmaParameters
    presets: Mapping[str, Preset] = {
        "e, quick": Preset("Moebius images of e: about 2,200 formulas in 6 seconds", {}),
        "e, degree 2": Preset(
            "quotients of quadratic polynomials in e: about 1,200 formulas among 33,440 candidates in 3 seconds",
            {"degree": 2, "limit": 2},
        ),
        "e, degree 2, by classes": Preset(
            "the same up to 5, by tail classes: 4.3 million candidates, about 790 formulas in 5 seconds",
            {"degree": 2, "limit": 5, "route": CLASSES},
        ),
        "tan(1)": Preset("Moebius images of tan(1): about 1,400 formulas in 4 seconds", {"constant": "tan(1)"}),
        "besseli(1,2)/besseli(0,2)": Preset(
            "Moebius images of a quotient of Bessel functions: about 1,500 formulas in 5 seconds",
            {"constant": "besseli(1,2)/besseli(0,2)"},
        ),
        "besseli(0,2) and besseli(1,2)": Preset(
            "polynomials in two constants: 26 formulas, all of the quotient, in half a second",
            {"constant": "besseli(0,2)", "second_constant": "besseli(1,2)", "limit": 2, "route": CLASSES},
        ),
        "phi": Preset(
            "the golden ratio: every candidate is a formula, about 450 in 2 seconds",
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
        one = parameters.second_constant == NONE
        at = "|P(c)/Q(c)| at c" if one else "|P(c1, c2)/Q(c1, c2)| at c1, c2"
        second = "" if one else f", {parameters.second_constant}"
        return (
            f"signed continued fractions of {at} = {parameters.constant}{second}, "
            f"degree up to {parameters.degree}, coefficients up to {parameters.limit}, {signs}"
            + (", by tail classes" if parameters.route == CLASSES else "")
        )

    def estimate(self, parameters: EsmaParameters) -> Estimate:
        """Return cost and expected chance hits; refuse a box that does not fit into memory, without listing it.

        Raises
        ------
        InputError
            If a constant is not usable: unsafe text, rational, complex, at a pole, or too large for the limit; a
            decimal with too few digits; two constants that are one number.

        Notes
        -----
        Quick, and without any kernel: it runs where a person waits.
        """
        constants = _constants(parameters)
        box = (parameters.degree, parameters.limit, len(constants))
        rows, exact = cost.count_left_hand_sides(*box)
        candidates = rows * len(sign_patterns(parameters.max_period))
        if parameters.route == CLASSES:
            seconds = cost.class_seconds(pair_bound(*box), rows)
        else:
            seconds = cost.seconds(pair_bound(*box), candidates, parameters.max_order)
        refusal = None if fits(*box) else cost.refusal(parameters.degree, parameters.limit, seconds, len(constants))
        if refusal is None:
            _monomials(parameters, LIMB_BITS)
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
        pairs = pair_bound(parameters.degree, parameters.limit, 1 if parameters.second_constant == NONE else 2)
        if parameters.route == CLASSES:
            return max(1, min(pairs // UNIT_PAIRS, MOST_UNITS))
        return max(1, min(pairs * len(sign_patterns(parameters.max_period)) // UNIT_CANDIDATES, MOST_UNITS))

    def run_unit(
        self, parameters: EsmaParameters, seed: int, index: int, checkpoint: bytes | None = None
    ) -> UnitResult:
        """Return the result of unit `index`: a block of left-hand sides, or of their classes, with every sign pattern.

        Notes
        -----
        An enumeration: `seed` and `checkpoint` have no effect.
        """
        count, units = len(_box(parameters).rows), self.units(parameters)
        block = slice(count * index // units, count * (index + 1) // units)
        return (
            self._run_classes(parameters, block) if parameters.route == CLASSES else self._run_pairs(parameters, block)
        )

    def _run_pairs(self, parameters: EsmaParameters, block: slice) -> UnitResult:
        box = _box(parameters)
        _load_kernels(parameters)
        begin = time.perf_counter()
        monomials = _monomials(parameters, parameters.precision_bits)
        outcomes = decide_pairs(box.rows[block], monomials, box.packed, parameters.max_order, box.detector)
        kernel_seconds = time.perf_counter() - begin
        findings = []
        undecided = int(np.count_nonzero(outcomes == UNSURE))
        rejected = 0
        for row, pattern in np.argwhere(outcomes == HIT).tolist():
            try:
                finding = self.refine(parameters, (block.start + row, pattern))
            except (PrecisionLost, LimitExceeded):
                undecided += 1
                continue
            if finding is None:
                rejected += 1
            else:
                findings.append(finding)
        return UnitResult(outcomes.size, tuple(findings), undecided, rejected, kernel_seconds=kernel_seconds)

    def _run_classes(self, parameters: EsmaParameters, block: slice) -> UnitResult:
        box = _box(parameters)
        members = box.members[block]
        _load_kernels(parameters)
        begin = time.perf_counter()
        outcomes, bits = _decide_classes(parameters, block)
        kernel_seconds = time.perf_counter() - begin
        findings = []
        undecided = int(members[outcomes == UNSURE].sum()) * len(box.patterns)
        rejected = 0
        for row in np.flatnonzero(outcomes == HIT).tolist():
            number = block.start + row
            precise = replace(parameters, precision_bits=int(bits[row]))
            # Where no form is found the regular one says why.
            for pattern in _forms(precise, number) or (0,):
                try:
                    finding = self.refine(precise, (number, pattern))
                except (PrecisionLost, LimitExceeded):
                    undecided += int(members[row])
                    continue
                if finding is None:
                    rejected += 1
                else:
                    findings.append(finding)
        candidates = int(members.sum()) * len(box.patterns)
        return UnitResult(candidates, tuple(findings), undecided, rejected, kernel_seconds=kernel_seconds)

    def refine(self, parameters: EsmaParameters, candidate: Any) -> Finding | None:
        """Return the exactly confirmed finding for a hit, or ``None`` if it is refused.

        Parameters
        ----------
        parameters : EsmaParameters
        candidate : tuple of int
            Number of the left-hand side, or of the class, and number of the sign pattern.

        Raises
        ------
        PrecisionLost, LimitExceeded
            If the precision or the number of terms does not suffice to decide.
        """
        row, pattern = candidate
        box = _box(parameters)
        return confirm(
            box.constants,
            tuple(box.rows[row].tolist()),
            box.patterns[pattern],
            precision_bits=parameters.precision_bits,
            max_order=parameters.max_order,
        )

    def warm(self) -> None:
        """Compile every kernel, so that the first unit starts at full speed."""
        for route in (PAIRS, CLASSES):
            self.run_unit(EsmaParameters(limit=1, route=route), seed=0, index=0)


@lru_cache(maxsize=16)
def _constants(parameters: EsmaParameters) -> tuple[TypedNumber, ...]:
    """Return the constants of a search: safe, real, finite, not rational as far as can be seen, and different."""
    constants: tuple[TypedNumber, ...] = (read_constant(parameters.constant, "constant"),)
    if parameters.second_constant != NONE:
        constants = (*constants, read_constant(parameters.second_constant, "second_constant"))
        check_different(constants[0], constants[1])
    try:
        terms = 2 * monomial_count(len(constants), parameters.degree)
        parse(longest_value_text(written(constants, terms), parameters.degree, parameters.limit))
    except ExpressionError:
        length = sum(len(constant.text) for constant in constants)
        raise ParameterError(
            f"the constant has {length} characters: P(c)/Q(c) of degree {parameters.degree} would be longer than an "
            "expression may be",
            field="constant",
            hint="Use a shorter constant or a smaller degree",
        ) from None
    return constants


@lru_cache(maxsize=4)
def _box(parameters: EsmaParameters) -> _Box:
    constants = _constants(parameters)
    box = (parameters.degree, parameters.limit, len(constants))
    by_classes = parameters.route == CLASSES
    if by_classes:
        classes = tail_classes(*box)
        rows, members = classes.representatives, classes.members
    else:
        rows = left_hand_sides(*box)
        members = np.broadcast_to(np.int64(1), len(rows))
    patterns = sign_patterns(parameters.max_period)
    detector = DETECTORS.get(parameters.detector, PERIOD if by_classes else BERLEKAMP_MASSEY)
    return _Box(constants, rows, members, patterns, pack_patterns(patterns), detector)


@lru_cache(maxsize=16)
def _monomials(parameters: EsmaParameters, bits: int) -> Integers:
    """Return the monomials to so many bits, or to all that are known of a decimal."""
    constants = _constants(parameters)
    known = known_bits(constants, monomial_count(len(constants), parameters.degree))
    limbs = math.ceil(bits / LIMB_BITS)
    if known is not None:
        limbs = min(limbs, known // LIMB_BITS)
    return fixed_point_monomials(constants, parameters.degree, limbs, parameters.limit)


@lru_cache(maxsize=16)
def _load_kernels(parameters: EsmaParameters) -> None:
    """Compile the kernels, or load them, by deciding one row: that time is not time inside them."""
    box = _box(parameters)
    if parameters.route == CLASSES:
        _decide_classes(parameters, slice(0, 1))
    else:
        monomials = _monomials(parameters, parameters.precision_bits)
        decide_pairs(box.rows[:1], monomials, box.packed, parameters.max_order, box.detector)


def _decide_classes(parameters: EsmaParameters, block: slice) -> tuple[NDArray[np.int8], Integers]:
    """Return outcomes and the bits they took: undecided classes are tried again with twice as many."""
    box = _box(parameters)
    rows = box.rows[block]
    outcomes = np.full(len(rows), UNSURE, np.int8)
    used = np.zeros(len(rows), np.int64)
    bits, limbs = parameters.precision_bits, 0
    while bits <= MOST_BITS_FACTOR * parameters.precision_bits:
        open_rows = np.flatnonzero(outcomes == UNSURE)
        if open_rows.size == 0:
            break
        monomials = _monomials(parameters, bits)
        if monomials.shape[1] == limbs:
            # All digits of a decimal are used up.
            break
        limbs = monomials.shape[1]
        outcomes[open_rows] = decide_classes(rows[open_rows], monomials, parameters.max_order, box.detector)
        used[open_rows] = bits
        bits *= 2
    return outcomes, used


def _forms(parameters: EsmaParameters, number: int) -> tuple[int, ...]:
    """Return the numbers of the sign patterns in which a hit class is shown."""
    box = _box(parameters)
    monomials = _monomials(parameters, max(LEAST_BITS, 2 * parameters.precision_bits))
    quotients = np.empty(2 * TERMS + 2 + UNCERTAIN, np.int64)
    x, y = np.empty((2, monomials.shape[1]), np.int64)
    count = regular_quotients(box.rows[number].copy(), monomials, x, y, quotients)
    return choose_forms(quotients, count, box.packed)
