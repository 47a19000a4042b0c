"""Signed continued fractions as TeX and as text, generated from the tree that was verified."""

from __future__ import annotations

from discovery.exact import polynomial
from discovery.exact.expression import to_text
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.exact.tex import to_tex


def equation_tex(formula: SignedContinuedFraction, depth: int) -> str:
    r"""Return the equation, value = continued fraction, as the content of a display.

    Parameters
    ----------
    formula : SignedContinuedFraction
    depth : int
        Partial denominators written out before ``\ddots``, at least 1.

    Returns
    -------
    str
        TeX of the amsmath package.
    """
    tail = r"\ddots"
    for n in reversed(range(depth)):
        operator = "+" if formula.sign(n) > 0 else "-"
        tail = f"{formula.partial_denominator(n)} {operator} " + (tail if n == depth - 1 else rf"\cfrac{{1}}{{{tail}}}")
    return f"{to_tex(formula.value)} = {tail}"


def definitions_tex(formula: SignedContinuedFraction) -> list[str]:
    r"""Return the closed form of all letters, one TeX equation each: ``a_{3k+1} = 1``, ..., ``b_n = 1``.

    Returns
    -------
    list of str
        Content for inline formulas, first the start, then the letters (k = 0, 1, 2, ...), then the signs (n = 0, 1,
        2, ...). With the general form a_0 + b_0/(a_1 + b_1/(a_2 + ...)) they define the fraction.
    """
    equations = [f"a_{{{n}}} = {number}" for n, number in enumerate(formula.start)]
    for j, letter in enumerate(formula.letters):
        index = _index(len(formula.letters), len(formula.start) + j, "k")
        equations.append(f"a_{{{index}}} = {polynomial.to_tex(letter, 'k')}")
    for j, sign in enumerate(formula.signs):
        index = "n" if len(formula.signs) == 1 else _index(len(formula.signs), j, "n")
        equations.append(f"b_{{{index}}} = {sign}")
    return equations


def plain_text(formula: SignedContinuedFraction) -> str:
    """Return a formula on one line of plain text.

    Returns
    -------
    str
        Like ``e = [2; (1, 2*k+2, 1)], signs (+)``: after the start, the letters in parentheses repeat for k = 0, 1,
        2, ...; the signs repeat from the first on.
    """
    start = ", ".join(map(str, formula.start))
    letters = ", ".join(polynomial.to_text(letter, "k") for letter in formula.letters)
    signs = "".join("+" if sign > 0 else "-" for sign in formula.signs)
    return f"{to_text(formula.value)} = [{start}{'; ' if start else ''}({letters})], signs ({signs})"


def _index(period: int, offset: int, variable: str) -> str:
    multiple = variable if period == 1 else f"{period}{variable}"
    return f"{multiple}+{offset}" if offset else multiple
