"""Sums of hypergeometric terms in closed form: reduced to classical series by a rational certificate."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq, fmpq_mat, fmpq_poly

from discovery.errors import ProofRefused
from discovery.exact.expression import Expression, Number, Operation
from discovery.exact.fractions.hypergeometric_term import (
    NEXT,
    Kernel,
    RationalFunction,
    fraction,
    quotient,
    representative,
)
from discovery.exact.fractions.letter_blocks import coefficients_of, polynomial_of
from discovery.exact.polynomial import Coefficients
from discovery.exact.proofs.base_series import MAX_ORDER, BaseSeries, base_series, candidates

MAX_UNKNOWNS = 240
MAX_CERTIFICATE_DEGREE = 200


@dataclass(frozen=True)
class SeriesTerm:
    """A multiple of a series of the catalog.

    Parameters
    ----------
    coefficient : Fraction
        Not zero.
    name, shift, order
        The series; see `discovery.exact.proofs.base_series.BaseSeries`.
    """

    coefficient: Fraction
    name: str
    shift: Fraction
    order: int


@dataclass(frozen=True)
class Reduction:
    """The certificate of R(k) T_k = T_{k+1} G(k+1) - T_k G(k) + T_k (c_1 w_1(k) + ... + c_m w_m(k)).

    Parameters
    ----------
    numerator, denominator : Coefficients
        G, a quotient of polynomials in k.
    terms : tuple of SeriesTerm
        The c_i, with the series whose weights are the w_i.
    """

    numerator: Coefficients
    denominator: Coefficients
    terms: tuple[SeriesTerm, ...]


@dataclass(frozen=True)
class CheckedReduction:
    """A `Reduction` that was checked.

    Parameters
    ----------
    reduction : Reduction
    kernel : Kernel
        T.
    rational : RationalFunction
        R.
    constant : Fraction
        -G(0).
    series : tuple of BaseSeries
        One for each term, with a value.
    """

    reduction: Reduction
    kernel: Kernel
    rational: RationalFunction
    constant: Fraction
    series: tuple[BaseSeries, ...]

    @property
    def value(self) -> Expression:
        """The sum of all R(k) T_k."""
        total: Expression = Number(self.constant)
        for term, series in zip(self.reduction.terms, self.series, strict=True):
            assert series.value is not None
            total = Operation("+", total, Operation("*", Number(term.coefficient), series.value))
        return total


def reduce_sum(rational: RationalFunction, kernel: Kernel) -> Reduction | None:
    """Return a certificate that gives the sum of R(k) T_k from series of the catalog, or None if none was found.

    Parameters
    ----------
    rational : RationalFunction
        R, without poles at k = 0, 1, 2, ...
    kernel : Kernel
        T.

    Notes
    -----
    G = P/Q with a fixed Q: all shifts of the poles of R between the outermost ones. P and the coefficients follow from
    linear equations over the rationals. The answer is not checked here; see `check_reduction`.
    """
    poles: dict[Fraction, int] = {Fraction(1): 0} if kernel == Kernel(Fraction(1), (), ()) else {}
    divisor = fmpq_poly([1])
    for base, (low, high, order) in _pole_classes(rational, kernel).items():
        polynomial = fmpq_poly(list(base))
        if len(base) == 2:
            alpha = fraction(base[0])
            poles[alpha] = max(poles.get(alpha, 0), order)
        for steps in range(low, high + 1):
            divisor *= polynomial(fmpq_poly([steps, 1])) ** order
    if max(poles.values(), default=0) > MAX_ORDER:
        return None
    series = candidates(kernel, poles)
    degree = divisor.degree() + _degree_of_certificate(rational, kernel)
    if degree + 1 + len(series) > MAX_UNKNOWNS:
        return None
    solution = _solve(rational, kernel, divisor, degree, series)
    if solution is None:
        return None
    numerator, coefficients = solution
    terms = []
    for coefficient, item in zip(coefficients, series, strict=True):
        if coefficient:
            if item.value is None:
                return None
            terms.append(SeriesTerm(coefficient, item.name, item.shift, item.order))
    certificate = quotient(numerator, divisor)
    above = coefficients_of(certificate.numerator) if certificate.numerator else ()
    return Reduction(above, coefficients_of(certificate.denominator), tuple(terms))


def check_reduction(reduction: Reduction, rational: RationalFunction, kernel: Kernel) -> CheckedReduction:
    """Return the checked certificate: identity, limits and poles are verified exactly.

    Raises
    ------
    ProofRefused
        At ``sum``: the certificate does not give the sum of R(k) T_k.
    """
    numerator, denominator = polynomial_of(reduction.numerator), polynomial_of(reduction.denominator)
    if max(numerator.degree(), denominator.degree()) > MAX_CERTIFICATE_DEGREE:
        raise ProofRefused("sum", f"the certificate has a degree above {MAX_CERTIFICATE_DEGREE}")
    if not denominator or denominator.leading_coefficient() != 1 or numerator.gcd(denominator).degree() > 0:
        raise ProofRefused("sum", "G must be a quotient of polynomials in lowest terms, the denominator monic")
    if any(root.q == 1 and root.p >= 0 for root, _ in denominator.roots()):
        raise ProofRefused("sum", "G has a pole at some k = 0, 1, 2, ...")
    if numerator and not kernel.vanishes_fast:
        growth = kernel.exponent + int(numerator.degree()) - int(denominator.degree())
        if len(kernel.upper) > len(kernel.lower) or abs(kernel.z) > 1 or growth >= 0:
            raise ProofRefused("sum", "T_k G(k) does not tend to zero")
    found = []
    total_numerator, total_denominator = fmpq_poly([]), fmpq_poly([1])
    for term in reduction.terms:
        series = base_series(kernel, term.name, term.shift, term.order)
        if series is None or series.value is None or term.coefficient == 0:
            raise ProofRefused("sum", f"no series {term.name!r} of order {term.order} is in the catalog for this sum")
        found.append(series)
        c, w = fmpq(term.coefficient.numerator, term.coefficient.denominator), series.weight
        total_numerator = total_numerator * w.denominator + c * w.numerator * total_denominator
        total_denominator *= w.denominator
    u, v = kernel.ratio
    after_numerator, after_denominator = numerator(NEXT), denominator(NEXT)
    difference = u * after_numerator * denominator - v * numerator * after_denominator
    common = v * after_denominator * denominator
    left = rational.numerator * common * total_denominator
    right = (difference * total_denominator + total_numerator * common) * rational.denominator
    if left != right:
        raise ProofRefused("sum", "R(k) T_k is not T_{k+1} G(k+1) - T_k G(k) plus the series")
    return CheckedReduction(reduction, kernel, rational, -fraction(numerator(0) / denominator(0)), tuple(found))


def _pole_classes(rational: RationalFunction, kernel: Kernel) -> dict[tuple[fmpq, ...], tuple[int, int, int]]:
    """Return for each class of factors of the denominator of R: lowest and highest shift, and order, of poles of G."""
    ranges: dict[tuple[fmpq, ...], tuple[int, int, int]] = {}
    for factor, multiplicity in rational.denominator.factor()[1]:
        steps, base = representative(factor / factor.leading_coefficient())
        key = tuple(base.coeffs())
        low, high, order = ranges.get(key, (0, 0, 0) if len(key) == 2 else (steps, steps, 0))
        ranges[key] = min(low, steps), max(high, steps), max(order, multiplicity)
    parameters = {*kernel.upper, *kernel.lower}
    poles = {}
    for key, (lowest, highest, order) in ranges.items():
        low, high = lowest, highest
        if len(key) == 2 and fraction(key[0]) in parameters:
            # Zeros and poles of T_{k+1}/T_k may end a chain of poles one step further out.
            low, high = low - 1, high + 1
        if len(key) == 2 and key[0] == 1:
            low = max(low, 0)
        poles[key] = low, high - 1, order
    return poles


def _degree_of_certificate(rational: RationalFunction, kernel: Kernel) -> int:
    """Return a bound for the degree of G."""
    if kernel.vanishes_fast:
        return max(rational.degree, 0) + 1
    # T_k G(k) must tend to zero: deg G < -exponent.
    return -(kernel.exponent.numerator // kernel.exponent.denominator) - 1


def _solve(
    rational: RationalFunction, kernel: Kernel, divisor: fmpq_poly, degree: int, series: list[BaseSeries]
) -> tuple[fmpq_poly, list[Fraction]] | None:
    """Return P and the coefficients of the series, from (u/v) P(k+1)/Q(k+1) - P(k)/Q(k) + sum c_i w_i = R."""
    u, v = kernel.ratio
    after = divisor(NEXT)
    common = v * divisor * after
    for item in (rational, *(item.weight for item in series)):
        common *= item.denominator // item.denominator.gcd(common)
    first, second = u * (common // (v * after)), common // divisor
    columns = []
    power, shifted = fmpq_poly([1]), fmpq_poly([1])
    for _ in range(degree + 1):
        columns.append(first * shifted - second * power)
        power, shifted = power * fmpq_poly([0, 1]), shifted * NEXT
    columns += [item.weight.numerator * (common // item.weight.denominator) for item in series]
    columns.append(rational.numerator * (common // rational.denominator))
    height = max(column.degree() for column in columns) + 1
    unknowns = len(columns) - 1
    matrix = fmpq_mat(height, unknowns + 1, [column[row] for row in range(height) for column in columns])
    reduced, rank = matrix.rref()
    values = [fmpq(0)] * unknowns
    for row in range(rank):
        pivot = next(column for column in range(unknowns + 1) if reduced[row, column] != 0)
        if pivot == unknowns:
            return None
        values[pivot] = reduced[row, unknowns]
    return fmpq_poly(values[: degree + 1]), [fraction(c) for c in values[degree + 1 :]]
