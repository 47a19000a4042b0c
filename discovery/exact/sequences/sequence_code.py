"""Short programs that continue a sequence by its recurrence or closed form."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpq

from discovery.exact import polynomial
from discovery.exact.sequences.quasi_polynomial import QuasiPolynomial
from discovery.exact.sequences.recurrence import Recurrence


def python_code(form: Recurrence | QuasiPolynomial, exceptions: int, terms: Sequence[fmpq], first: int) -> str:
    """Return a Python program whose function ``terms(count)`` gives a(first), a(first + 1), ..., exactly.

    Parameters
    ----------
    form : Recurrence or QuasiPolynomial
        The law.
    exceptions : int
        How many first terms do not follow it.
    terms : sequence of fmpq
        The terms; the first exceptions + order of them are written down.
    first : int
        Index of the first term.
    """
    return "\n".join(["from fractions import Fraction", "", "", *_python_function(form, exceptions, terms, first), ""])


def pari_code(form: Recurrence | QuasiPolynomial, exceptions: int, terms: Sequence[fmpq], first: int) -> str:
    """Return a PARI/GP program whose function ``terms(count)`` gives a(first), a(first + 1), ..., exactly."""
    if isinstance(form, QuasiPolynomial):
        start = ", ".join(map(str, terms[:exceptions]))
        letters = ", ".join(_polynomial(letter, "k") for letter in form.letters)
        return (
            f"terms(count) = {{\n  my(start = [{start}], k);\n"
            f"  vector(count, i, if (i <= {exceptions}, start[i], "
            f"k = (i - 1 - {exceptions}) \\ {form.period}; [{letters}][(i - 1 - {exceptions}) % {form.period} + 1]));\n"
            "}\n"
        )
    known = _start(form, exceptions, terms)
    numerator = _combination(form, "a[i - {}]")
    return (
        f"terms(count) = {{\n  my(a = vector(max(count, {len(known)})), start = [{', '.join(known)}], n);\n"
        f"  for (i = 1, {len(known)}, a[i] = start[i]);\n"
        f"  for (i = {len(known)} + 1, count,\n    n = i - 1{_signed(first)};\n"
        f"    a[i] = ({numerator})/({_polynomial(form.coefficients[0], 'n')}));\n"
        "  a[1..count];\n}\n"
    )


def _python_function(
    form: Recurrence | QuasiPolynomial, exceptions: int, terms: Sequence[fmpq], first: int
) -> list[str]:
    if isinstance(form, QuasiPolynomial):
        start = ", ".join(_python_number(str(term)) for term in terms[:exceptions])
        letters = ", ".join(_python_polynomial(letter, "k") for letter in form.letters)
        return [
            "def terms(count):",
            f"    a = [{start}]",
            f"    for i in range(count - {exceptions}):",
            f"        k = Fraction(i // {form.period})",
            f"        a.append(({letters},)[i % {form.period}])",
            "    return a[:count]",
        ]
    start = ", ".join(_python_number(term) for term in _start(form, exceptions, terms))
    return [
        "def terms(count):",
        f"    a = [{start}]",
        f"    for n in range(len(a){_signed(first)}, count{_signed(first)}):",
        f"        a.append(Fraction({_combination(form, 'a[-{}]').replace('^', '**')})"
        f" / ({_polynomial(form.coefficients[0], 'n').replace('^', '**')}))",
        "    return a[:count]",
    ]


def _start(form: Recurrence, exceptions: int, terms: Sequence[fmpq]) -> list[str]:
    return [str(term) for term in terms[: exceptions + form.order]]


def _combination(form: Recurrence, name: str) -> str:
    """Return -q_1(n) a(n-1) - ... - q_r(n) a(n-r)."""
    parts = []
    for i, coefficient in enumerate(form.coefficients[1:], 1):
        if coefficient:
            parts.append(f"({_polynomial([-c for c in coefficient], 'n')})*{name.format(i)}")
    return " + ".join(parts) or "0"


def _polynomial(coefficients: Sequence[int | Fraction], variable: str) -> str:
    return polynomial.to_text(tuple(Fraction(c) for c in coefficients), variable)


def _python_polynomial(coefficients: Sequence[Fraction], variable: str) -> str:
    text = _polynomial(coefficients, variable).replace("^", "**")
    return text if variable in text else _python_number(text)


def _python_number(text: str) -> str:
    return text if "/" not in text else f'Fraction("{text}")'


def _signed(number: int) -> str:
    return "" if number == 0 else f" + {number}" if number > 0 else f" - {-number}"
