"""TeX is that of the tree, from a fixed list of words; sympy evaluates to the same number."""

import re
from fractions import Fraction

import pytest
import sympy
from flint import arb

from discovery.errors import InputError
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import Name, Number, parse
from discovery.exact.functions import ATOMS, FUNCTIONS
from discovery.exact.precision import working_precision
from discovery.exact.sympy_tree import to_sympy
from discovery.exact.tex import to_tex

TEX = {
    "pi^2/6": r"\frac{\pi^{2}}{6}",
    "e^2": "e^{2}",
    "e^(1/2)": "e^{1/2}",
    "exp(-1/2)": "e^{-1/2}",
    "exp(-pi/2)": r"e^{-\pi/2}",
    "e^((1+pi)/2)": r"e^{\frac{1 + \pi}{2}}",
    "-2^2": "-2^{2}",
    "(-2)^2": "(-2)^{2}",
    "2*3": r"2 \cdot 3",
    "2*pi": r"2 \pi",
    "2*(1/3)": r"2 \cdot \frac{1}{3}",
    "pi*2^3": r"\pi \cdot 2^{3}",
    "2*-3": "2 (-3)",
    "(1+2)*pi": r"(1 + 2) \pi",
    "1-(2-3)": "1 - (2 - 3)",
    "1-2-3": "1 - 2 - 3",
    "1--2": "1 - (-2)",
    "--2": "-(-2)",
    "-(1+2)": "-(1 + 2)",
    "-1/2": r"-\frac{1}{2}",
    "1/(1+1/2)": r"\frac{1}{1 + \frac{1}{2}}",
    "(1/2)^3": r"\left(\frac{1}{2}\right)^{3}",
    "(1/2+1)*pi": r"\left(\frac{1}{2} + 1\right) \pi",
    "2^3^4": "2^{3^{4}}",
    "(2^3)^4": r"\left(2^{3}\right)^{4}",
    "sqrt(7)": r"\sqrt{7}",
    "sqrt(7)^3": r"\left(\sqrt{7}\right)^{3}",
    "cbrt(k)": r"\sqrt[3]{k}",
    "exp(1)^2": r"\left(e^{1}\right)^{2}",
    "log(2)^2": r"(\log(2))^{2}",
    "log2(3)": r"\log_{2}(3)",
    "tan(1)": r"\tan(1)",
    "zeta(3)^2": r"\zeta(3)^{2}",
    "gamma(1/4)^2": r"\Gamma\left(\frac{1}{4}\right)^{2}",
    "digamma(1)": r"\psi(1)",
    "besseli(1,2)/besseli(0,2)": r"\frac{I_{1}(2)}{I_{0}(2)}",
    "besselj(1/3,x1)": r"J_{1/3}(x_{1})",
    "polylog(2,0.5)": r"\operatorname{Li}_{2}(0.5)",
    "hurwitz(3,1/4)": r"\zeta\left(3, \frac{1}{4}\right)",
    "L(-4,2)": r"L(\chi_{-4}, 2)",
    "phi+euler_gamma+catalan+khinchin+glaisher+apery": r"\varphi + \gamma + G + K_{0} + A + \zeta(3)",
    "airyai(0)": r"\operatorname{Ai}(0)",
    "e1(2)": "E_{1}(2)",
    "lambertw(1)": "W(1)",
    "asinh(2)": r"\operatorname{arsinh}(2)",
}


@pytest.mark.parametrize("text", TEX)
def test_tex(text: str) -> None:
    assert to_tex(parse(text, ("k", "x1"))) == TEX[text]


def test_numbers_made_by_programs() -> None:
    assert to_tex(Number(Fraction(-2, 3))) == r"-\frac{2}{3}"
    assert to_tex(Number(Fraction(2, 3))) == r"\frac{2}{3}"
    assert to_tex(Number(Fraction(-2))) == "-2"


@pytest.mark.parametrize("name", [r"\input{/etc/passwd}", "abc", "x_1", "x1234", "é", "", "$", "x\n"])
def test_no_other_name_reaches_tex(name: str) -> None:
    with pytest.raises(InputError, match="cannot be set in TeX"):
        to_tex(Name(name))


def test_only_known_control_words_are_used() -> None:
    known = {"frac", "sqrt", "left", "right", "cdot", "chi"}
    for item in (*ATOMS.values(), *FUNCTIONS.values()):
        known |= set(re.findall(r"\\([A-Za-z]+)", item.tex))
    for name, function in FUNCTIONS.items():
        tex = to_tex(parse(f"2*{name}({','.join(['1/2'] * function.arity)})^3"))
        assert set(re.findall(r"\\([A-Za-z]+)", tex)) <= known


NUMERIC = [
    *(f"{name}(7/5)" for name, f in FUNCTIONS.items() if f.arity == 1 and name not in ("asin", "acos", "atanh")),
    "asin(1/3)",
    "acos(-1/3)",
    "atanh(1/3)",
    "cbrt(-7)",
    "log2(1/3)",
    "hurwitz(3,1/4)",
    "polylog(3,-1/2)",
    "besseli(1/3,2)",
    "besselj(1,2)",
    "besselk(0,2)",
    "bessely(1,2)",
    "L(-3,2)",
    "L(-8,1)",
    "L(5,1)",
    "L(1,2)",
    "L(12,7/2)",
    "pi+e*phi-euler_gamma/catalan+apery",
    "-2^2",
    "2^-3^2",
    "1-(2-3)/4",
    "--2",
    "(1/3)^(1/3)",
    "0.125*pi^e",
    "gamma(1/4)^2/(2*sqrt(2*pi))",
]


@pytest.mark.parametrize("text", NUMERIC)
def test_sympy_gives_the_same_number(text: str) -> None:
    tree = parse(text)
    number = sympy.N(to_sympy(tree), 30)
    with working_precision(120):
        assert abs(arb(str(number)) - evaluate_ball(tree, 110)) < arb(10) ** -26


def test_sympy_keeps_the_structure_and_evaluates_nothing() -> None:
    assert to_sympy(parse("2^1000")).func is sympy.Pow
    assert len(to_sympy(parse("1+2")).args) == 2
    tower = to_sympy(parse("((((2^1000)^1000)^1000)^1000)^1000"))
    assert len(str(tower)) < 100
    assert to_sympy(parse("k+khinchin", ("k",))).free_symbols == {sympy.Symbol("k"), sympy.Symbol("khinchin")}


@pytest.mark.parametrize("text", ["L(-5,2)", "L(pi,2)", "L(10^1000+1,2)", "L(1/2,2)"])
def test_sympy_refuses_other_discriminants(text: str) -> None:
    with pytest.raises(InputError, match="fundamental discriminant"):
        to_sympy(parse(text))
