"""The search for signed interlaced continued fractions of P(c)/Q(c): parameters, cost, units, presets."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from discovery.errors import ExpressionError, LimitExceeded, ParameterError, PrecisionLost
from discovery.esma.detection import MARGIN, PRIME
from discovery.esma.expansion import LIMB_BITS, powers_of_constant
from discovery.esma.kernels import HIT, UNSURE, decide_block, decide_row
from discovery.esma.left_hand_sides import fits, largest_limit, left_hand_sides, pair_bound, raw_pairs
from discovery.esma.refinement import confirm
from discovery.esma.sign_patterns import Signs, pack_patterns, sign_patterns
from discovery.esma.value import longest_value_text
from discovery.exact.evaluation import evaluate_ball, rational_value
from discovery.exact.expression import Expression, parse, to_text
from discovery.search import Estimate, Finding, Preset, UnitResult, parameter

Integers = NDArray[np.int64]

UNIT_CANDIDATES = 160
"""Candidates of a unit, about: even if all of them are findings a unit takes about half a second."""
QUICK_PAIRS = 2_000_000
"""Left-hand sides that are listed within half a second, for an exact estimate."""
SAMPLE_ROWS = 32

# Measured on one core of a 2.x GHz server CPU; they set the estimate only.
SECONDS_PER_PAIR = 2.5e-7
SECONDS_PER_CANDIDATE = 2.5e-6
SECONDS_PER_FINDING = 2.5e-3


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
        "e, quick": Preset("Moebius images of e: some 2000 formulas in seconds", {"constant": "e"}),
        "e, degree 2": Preset(
            "quotients of quadratic polynomials in e: X candidates",
            {"constant": "e", "degree": 2, "limit": 2},
        ),
        "tan(1)": Preset("T", {"constant": "tan(1)"}),
        "besseli(1,2)/besseli(0,2)": Preset("B", {"constant": "besseli(1,2)/besseli(0,2)"}),
        "phi": Preset("P", {"constant": "phi", "limit": 2, "max_period": 2}),
        "pi (control: none expected)": Preset("c", {"constant": "pi", "degree": 2, "limit": 3}),
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
        The candidates are exact up to 2 million left-hand sides, an upper bound beyond. The time includes that of
        confirming findings, whose share is taken from a sample.
        """
        constant = _constant(parameters)
        patterns = len(sign_patterns(parameters.max_period))
        if not fits(parameters.degree, parameters.limit):
            candidates = pair_bound(parameters.degree, parameters.limit) * patterns
            seconds = _seconds(parameters, pair_bound(parameters.degree, parameters.limit), candidates, 0.0)
            return Estimate(candidates, seconds, _chance_hits(candidates), _refusal(parameters, seconds))
        if pair_bound(parameters.degree, parameters.limit) <= QUICK_PAIRS:
            rows = left_hand_sides(parameters.degree, parameters.limit)
            count = len(rows)
        else:
            rows = left_hand_sides(parameters.degree, _quick_limit(parameters.degree))
            count = pair_bound(parameters.degree, parameters.limit)
        candidates = count * patterns
        share = _hit_share(parameters, constant, rows)
        return Estimate(candidates, _seconds(parameters, count, candidates, share), _chance_hits(candidates))

    def units(self, parameters: EsmaParameters) -> int:
        """Return the number of work units, fixed by the parameters alone."""
        rows = left_hand_sides(parameters.degree, parameters.limit)
        return math.ceil(len(rows) / _rows_per_unit(parameters))

    def run_unit(
        self, parameters: EsmaParameters, seed: int, index: int, checkpoint: bytes | None = None
    ) -> UnitResult:
        """Return the result of unit `index`: a block of left-hand sides with every sign pattern.

        Notes
        -----
        An enumeration: `seed` and `checkpoint` have no effect.
        """
        box = _box(parameters)
        first = index * _rows_per_unit(parameters)
        # A copy is writable: one type of array, so that the kernels are compiled once.
        rows = box.rows[first : first + _rows_per_unit(parameters)].copy()
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
        parameters = EsmaParameters(limit=1)
        self.estimate(parameters)
        self.run_unit(parameters, seed=0, index=0)


def _constant(parameters: EsmaParameters) -> Expression:
    """Return the constant of a search: safe, real and finite, and not a fraction on the face of it."""
    constant = parse(parameters.constant)
    value = rational_value(constant)
    if value is not None:
        raise ParameterError(
            f"the constant {to_text(constant)} is rational: its continued fraction is finite",
            field="constant",
            hint="Use an irrational constant, such as e or tan(1)",
        )
    try:
        evaluate_ball(constant, 64)
    except (PrecisionLost, LimitExceeded) as error:
        raise ParameterError(str(error), field="constant", hint="Use another constant") from None
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
    return _Box(constant, rows, _powers(parameters, constant), patterns, pack_patterns(patterns))


def _powers(parameters: EsmaParameters, constant: Expression) -> Integers:
    limbs = math.ceil(parameters.precision_bits / LIMB_BITS)
    return powers_of_constant(constant, parameters.degree, limbs, parameters.limit)


def _rows_per_unit(parameters: EsmaParameters) -> int:
    return max(1, UNIT_CANDIDATES // len(sign_patterns(parameters.max_period)))


def _quick_limit(degree: int) -> int:
    limit = 1
    while pair_bound(degree, limit + 1) <= QUICK_PAIRS:
        limit += 1
    return limit


def _hit_share(parameters: EsmaParameters, constant: Expression, rows: Integers) -> float:
    """Return the share of hits among the candidates of a few left-hand sides spread over the list."""
    powers = _powers(parameters, constant)
    patterns = pack_patterns(sign_patterns(parameters.max_period))
    sample = rows[:: max(1, len(rows) // SAMPLE_ROWS)].copy()
    outcomes = np.empty((len(sample), patterns.shape[1]), np.int8)
    # Row by row: the parallel kernel must not run in two threads of one process at once.
    for row, outcome in zip(sample, outcomes, strict=True):
        decide_row(row, powers, patterns, parameters.max_order, outcome)
    return float(np.mean(outcomes == HIT))


def _seconds(parameters: EsmaParameters, rows: int, candidates: int, hit_share: float) -> float:
    # Berlekamp-Massey refuses after 2 max_order terms of up to max_order products each.
    effort = max(0.5, (parameters.max_order / 23) ** 2)
    kernel = SECONDS_PER_CANDIDATE * effort * candidates / numba.get_num_threads()
    return SECONDS_PER_PAIR * rows + kernel + SECONDS_PER_FINDING * hit_share * candidates


def _chance_hits(candidates: int) -> float:
    """Return the expected number of hits on random sequences: each fits `MARGIN` terms too many by accident."""
    return candidates * float(PRIME) ** -MARGIN


def _refusal(parameters: EsmaParameters, seconds: float) -> str:
    largest = largest_limit(parameters.degree)
    return (
        f"degree {parameters.degree} with limit {parameters.limit} gives "
        f"{raw_pairs(parameters.degree, parameters.limit):.1e} pairs of polynomials, too many to list in memory; "
        f"deciding them would take about {_duration(seconds)}. Use a limit of at most {largest}."
    )


def _duration(seconds: float) -> str:
    if seconds < 7200:
        return f"{seconds / 60:.0f} minutes"
    hours = seconds / 3600
    return (
        f"{hours:.0f} hours"
        if hours < 48
        else f"{hours / 24:.0f} days"
        if hours < 17520
        else f"{hours / 8766:.1e} years"
    )
