"""Recurrences and closed forms of sequences as text and TeX."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpz_poly

from discovery.exact import polynomial
from discovery.exact.sequences.generating_function import GeneratingFunction
from discovery.exact.sequences.hypergeometric import HypergeometricTerm
from discovery.exact.sequences.quasi_polynomial import QuasiPolynomial
from discovery.exact.sequences.recurrence import Recurrence

LONGEST_ROW = 34
"""Characters of a recurrence that is set on one line."""


def recurrence_text(recurrence: Recurrence) -> str:
    """Return a recurrence solved for its newest term.

    Examples
    --------
    >>> recurrence_text(Recurrence(((1, 1), (2, -4))))
    '(n+1)*a(n) = 2*(2*n-1)*a(n-1)'
    """
    left, *right = _signed_terms(recurrence, tex=False)
    return f"{left[1]} = {_joined(right)}"


def recurrence_tex(recurrence: Recurrence) -> str:
    """Return a recurrence in TeX, solved for its newest term; a long one has a row for each of the other terms."""
    left, *right = _signed_terms(recurrence, tex=True)
    if len(recurrence_text(recurrence)) <= LONGEST_ROW:
        return f"{left[1]} = {_joined(right)}"
    rows = [text if sign == "+" and not i else f"{sign} {text}" for i, (sign, text) in enumerate(right)]
    return rf"\begin{{aligned}} {left[1]} &= " + r" \\ &\quad ".join(rows) + r" \end{aligned}"


def generating_function_text(function: GeneratingFunction) -> str:
    """Return a rational generating function as text, both polynomials with rising powers.

    Examples
    --------
    >>> generating_function_text(GeneratingFunction((0, 1), (1, -1, -1)))
    'x/(1-x-x^2)'
    """
    numerator, denominator = (_rising_text(part) for part in (function.numerator, function.denominator))
    top = f"({numerator})" if sum(map(bool, function.numerator)) > 1 else numerator
    return f"{top}/({denominator})" if function.denominator != (1,) else numerator


def generating_function_tex(function: GeneratingFunction) -> str:
    """Return a rational generating function in TeX, both polynomials with rising powers."""
    numerator, denominator = (_rising_tex(part) for part in (function.numerator, function.denominator))
    return rf"\frac{{{numerator}}}{{{denominator}}}" if function.denominator != (1,) else numerator


def closed_form_text(form: QuasiPolynomial) -> str:
    """Return one equation for each interlaced polynomial, the index as a multiple of the period plus a shift."""
    return "; ".join(
        f"a({_index(form, j)}) = {polynomial.to_text(letter, 'k')}" for j, letter in enumerate(form.letters)
    )


def closed_form_tex(form: QuasiPolynomial) -> str:
    """Return the equations of interlaced polynomials in TeX, one row each."""
    rows = [rf"a_{{{_index(form, j)}}} &= {polynomial.to_tex(letter, 'k')}" for j, letter in enumerate(form.letters)]
    return rows[0].replace("&", "") if len(rows) == 1 else r"\begin{aligned} " + r" \\ ".join(rows) + r" \end{aligned}"


def hypergeometric_text(term: HypergeometricTerm) -> str:
    """Return a closed form by rising factorials, ``rf(u, k)`` = u (u + 1) ... (u + k - 1)."""
    above = [f"rf({u}, k)" for u in term.upper]
    below = [f"rf({v}, k)" for v in term.lower]
    if term.base != 1:
        above.insert(0, f"{_number_text(term.base)}^k")
    if term.constant != 1 or not above:
        above.insert(0, _number_text(term.constant))
    text = "*".join(above) + (f"/({'*'.join(below)})" if len(below) > 1 else f"/{below[0]}" if below else "")
    return f"a({_shifted('k', term.start)}) = {text}"


def _number_text(value: Fraction) -> str:
    return str(value) if value > 0 and value.denominator == 1 else f"({value})"


def hypergeometric_tex(term: HypergeometricTerm) -> str:
    """Return a closed form by rising factorials in TeX."""
    above = " ".join(_rising_factorial_tex(u) for u in term.upper)
    below = " ".join(_rising_factorial_tex(v) for v in term.lower)
    constant = "" if term.constant == 1 else rf"{_fraction_tex(term.constant)} \cdot "
    base = "" if term.base == 1 else rf"{_power_base_tex(term.base)}^{{k}} "
    quotient = rf"\frac{{{above or '1'}}}{{{below}}}" if below else above
    text = f"{constant}{base}{quotient}".strip().removesuffix(r"\cdot").strip() or "1"
    return rf"a_{{{_shifted('k', term.start)}}} = {text}"


def _signed_terms(recurrence: Recurrence, *, tex: bool) -> list[tuple[str, str]]:
    """Return sign and text of q_0(n) a(n), then of the other terms on the other side of the equation."""
    signed = []
    for i, q in enumerate(recurrence.polynomials):
        if not q:
            continue
        content, factors = q.factor()
        positive = content > 0
        factor = _product_text(abs(int(content)), factors, tex=tex)
        name = (f"a_{{n{f'-{i}' if i else ''}}}") if tex else f"a(n{f'-{i}' if i else ''})"
        sign = "+" if positive == (i == 0) else "-"
        signed.append((sign, name if factor == "1" else f"{factor} {name}" if tex else f"{factor}*{name}"))
    return signed


def _product_text(content: int, factors: Sequence[tuple[fmpz_poly, int]], *, tex: bool) -> str:
    parts = [str(content)] if content != 1 or not factors else []
    for factor, exponent in sorted(factors, key=lambda item: (item[0].degree(), str(item[0]))):
        coefficients = _coefficients([int(c) for c in factor.coeffs()])
        text = polynomial.to_tex(coefficients, "n") if tex else polynomial.to_text(coefficients, "n")
        bare = text == "n"
        power = "" if exponent == 1 else f"^{{{exponent}}}" if tex else f"^{exponent}"
        parts.append(f"{text if bare else f'({text})'}{power}")
    return (" " if tex else "*").join(parts)


def _joined(terms: Sequence[tuple[str, str]]) -> str:
    text = ""
    for sign, term in terms:
        text += f" {sign} {term}" if text else term if sign == "+" else f"-{term}"
    return text or "0"


def _coefficients(integers: Sequence[int]) -> tuple[Fraction, ...]:
    return tuple(Fraction(c) for c in integers)


def _rising_tex(integers: Sequence[int]) -> str:
    return _in_a_row([polynomial.to_tex(monomial, "x") for monomial in _monomials(integers)])


def _rising_text(integers: Sequence[int]) -> str:
    return _in_a_row([polynomial.to_text(monomial, "x") for monomial in _monomials(integers)])


def _monomials(integers: Sequence[int]) -> list[tuple[Fraction, ...]]:
    return [_coefficients([*(0 for _ in range(power)), c]) for power, c in enumerate(integers) if c]


def _in_a_row(terms: Sequence[str]) -> str:
    return "".join(term if term.startswith("-") or not i else f"+{term}" for i, term in enumerate(terms)) or "0"


def _index(form: QuasiPolynomial, j: int) -> str:
    step = "k" if form.period == 1 else f"{form.period}k"
    return _shifted(step, form.start + j)


def _shifted(name: str, by: int) -> str:
    return name if by == 0 else f"{name}+{by}" if by > 0 else f"{name}{by}"


def _fraction_tex(value: Fraction) -> str:
    return polynomial.to_tex((value,), "n")


def _power_base_tex(value: Fraction) -> str:
    return _fraction_tex(value) if value > 0 and value.denominator == 1 else rf"\left({_fraction_tex(value)}\right)"


def _rising_factorial_tex(value: Fraction) -> str:
    if value == 1:
        return "k!"
    text = _fraction_tex(value)
    return (rf"\left({text}\right)" if value.denominator > 1 else f"({text})") + "_{k}"
