"""The constants and functions of the safe grammar: evaluators, limits, TeX and references, in one table each.

Every function has two evaluators of different authors: Arb balls and mpmath numbers. The limits keep both of them
under about a second at ordinary precision.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flint import arb

from discovery.exact.apery_series import apery
from discovery.exact.dirichlet import exact_integer, is_fundamental_discriminant, l_series_ball, l_series_real


@dataclass(frozen=True)
class Atom:
    """A named constant of the grammar.

    Parameters
    ----------
    ball : callable
        Returns a ball at the working precision.
    real : callable
        Returns an mpmath number of the context given.
    tex : str
        Its symbol in TeX.
    sympy : str
        Its name in sympy; empty where sympy has none.
    reference : str
        Where it is defined.
    """

    ball: Callable[[], arb]
    real: Callable[[Any], Any]
    tex: str
    sympy: str
    reference: str


@dataclass(frozen=True)
class Function:
    """A function of the grammar.

    Parameters
    ----------
    usage : str
        How it is written, such as ``hurwitz(s,a)``.
    ball : callable
        From balls to a ball at the working precision; not finite where it cannot tell.
    real : callable
        From an mpmath context and its numbers to its number.
    tex : str
        Head in TeX; empty if the printer has a rule of its own.
    sympy : str
        Name in sympy; empty if the conversion has a rule of its own.
    reference : str
        Where it is defined.
    domain : str
        Where it is defined and real, in words.
    outside : callable
        Whether arguments, balls or mpmath numbers, are certainly outside the domain.
    limits : tuple of (int or None)
        Largest absolute value of each argument, ``None`` for any.
    subscripts : int
        How many leading arguments TeX sets as subscripts of the head.
    """

    usage: str
    ball: Callable[..., arb]
    real: Callable[..., Any]
    tex: str
    sympy: str
    reference: str
    domain: str = "all real numbers"
    outside: Callable[..., bool] = lambda *_: False
    limits: tuple[int | None, ...] = (None,)
    subscripts: int = 0

    @property
    def arity(self) -> int:
        """Number of arguments."""
        return len(self.limits)


def _is_integer(x: Any) -> bool:
    return bool(x.is_integer() if isinstance(x, arb) else x == int(x))


def _is_not_integer(x: Any) -> bool:
    return not (x.contains_integer() if isinstance(x, arb) else x == int(x))


def _is_pole_of_gamma(x: Any) -> bool:
    return bool(x <= 0) and _is_integer(x)


def _is_off_bessel(nu: Any, z: Any) -> bool:
    return bool(z <= 0) and _is_not_integer(nu)


def _is_no_l_series(d: Any, s: Any) -> bool:
    if not _is_integer(d):
        return _is_not_integer(d)
    number = exact_integer(d)
    return not is_fundamental_discriminant(number) or bool(number == 1 and s == 1)


def _real_cube_root(context: Any, x: Any) -> Any:
    return context.cbrt(x) if x >= 0 else -context.cbrt(-x)


ATOMS: dict[str, Atom] = {
    "pi": Atom(arb.pi, lambda c: +c.pi, r"\pi", "pi", "DLMF 3.12.1"),
    "e": Atom(arb.const_e, lambda c: +c.e, "e", "E", "DLMF 4.2.11"),
    "phi": Atom(lambda: (1 + arb(5).sqrt()) / 2, lambda c: +c.phi, r"\varphi", "GoldenRatio", "OEIS A001622"),
    "euler_gamma": Atom(arb.const_euler, lambda c: +c.euler, r"\gamma", "EulerGamma", "DLMF 5.2.3"),
    "catalan": Atom(arb.const_catalan, lambda c: +c.catalan, "G", "Catalan", "DLMF 25.11.40"),
    "khinchin": Atom(arb.const_khinchin, lambda c: +c.khinchin, "K_{0}", "", "OEIS A002210"),
    "glaisher": Atom(arb.const_glaisher, lambda c: +c.glaisher, "A", "", "DLMF 5.17.6"),
    "apery": Atom(lambda: arb(3).zeta(), apery, r"\zeta(3)", "", "OEIS A002117"),
}

_EXPONENT = (10**7,)
_ANGLE = (10**300,)

FUNCTIONS: dict[str, Function] = {
    "sqrt": Function(
        "sqrt(x)", arb.sqrt, lambda c, x: c.sqrt(x), "", "sqrt", "DLMF 4.2.26", "x >= 0", lambda x: bool(x < 0)
    ),
    "cbrt": Function(
        "cbrt(x)",
        lambda x: -(-x).root(3) if x < 0 else x.root(3),
        _real_cube_root,
        "",
        "",
        "DLMF 4.2.26; real root, so cbrt(-8) = -2",
    ),
    "exp": Function("exp(x)", arb.exp, lambda c, x: c.exp(x), "", "exp", "DLMF 4.2.19", limits=_EXPONENT),
    "log": Function(
        "log(x)", arb.log, lambda c, x: c.log(x), r"\log", "log", "DLMF 4.2.2", "x > 0", lambda x: bool(x <= 0)
    ),
    "log2": Function(
        "log2(x)",
        lambda x: x.log_base(2),
        lambda c, x: c.log(x, 2),
        r"\log_{2}",
        "",
        "DLMF 4.2(ii)",
        "x > 0",
        lambda x: bool(x <= 0),
    ),
    "log10": Function(
        "log10(x)",
        lambda x: x.log_base(10),
        lambda c, x: c.log10(x),
        r"\log_{10}",
        "",
        "DLMF 4.2(ii)",
        "x > 0",
        lambda x: bool(x <= 0),
    ),
    "sin": Function("sin(x)", arb.sin, lambda c, x: c.sin(x), r"\sin", "sin", "DLMF 4.14.1", limits=_ANGLE),
    "cos": Function("cos(x)", arb.cos, lambda c, x: c.cos(x), r"\cos", "cos", "DLMF 4.14.2", limits=_ANGLE),
    "tan": Function("tan(x)", arb.tan, lambda c, x: c.tan(x), r"\tan", "tan", "DLMF 4.14.4", limits=_ANGLE),
    "cot": Function(
        "cot(x)",
        arb.cot,
        lambda c, x: c.cot(x),
        r"\cot",
        "cot",
        "DLMF 4.14.7",
        "x not a multiple of pi",
        lambda x: bool(x == 0),
        _ANGLE,
    ),
    "sinh": Function("sinh(x)", arb.sinh, lambda c, x: c.sinh(x), r"\sinh", "sinh", "DLMF 4.28.1", limits=_EXPONENT),
    "cosh": Function("cosh(x)", arb.cosh, lambda c, x: c.cosh(x), r"\cosh", "cosh", "DLMF 4.28.2", limits=_EXPONENT),
    "tanh": Function("tanh(x)", arb.tanh, lambda c, x: c.tanh(x), r"\tanh", "tanh", "DLMF 4.28.4", limits=_EXPONENT),
    "coth": Function(
        "coth(x)",
        arb.coth,
        lambda c, x: c.coth(x),
        r"\coth",
        "coth",
        "DLMF 4.28.7",
        "x not 0",
        lambda x: bool(x == 0),
        _EXPONENT,
    ),
    "asin": Function(
        "asin(x)",
        arb.asin,
        lambda c, x: c.asin(x),
        r"\arcsin",
        "asin",
        "DLMF 4.23.1",
        "-1 <= x <= 1",
        lambda x: bool(abs(x) > 1),
    ),
    "acos": Function(
        "acos(x)",
        arb.acos,
        lambda c, x: c.acos(x),
        r"\arccos",
        "acos",
        "DLMF 4.23.2",
        "-1 <= x <= 1",
        lambda x: bool(abs(x) > 1),
    ),
    "atan": Function("atan(x)", arb.atan, lambda c, x: c.atan(x), r"\arctan", "atan", "DLMF 4.23.3"),
    "asinh": Function("asinh(x)", arb.asinh, lambda c, x: c.asinh(x), r"\operatorname{arsinh}", "asinh", "DLMF 4.37.1"),
    "acosh": Function(
        "acosh(x)",
        arb.acosh,
        lambda c, x: c.acosh(x),
        r"\operatorname{arcosh}",
        "acosh",
        "DLMF 4.37.2",
        "x >= 1",
        lambda x: bool(x < 1),
    ),
    "atanh": Function(
        "atanh(x)",
        arb.atanh,
        lambda c, x: c.atanh(x),
        r"\operatorname{artanh}",
        "atanh",
        "DLMF 4.37.3",
        "-1 < x < 1",
        lambda x: bool(abs(x) >= 1),
    ),
    "gamma": Function(
        "gamma(x)",
        arb.gamma,
        lambda c, x: c.gamma(x),
        r"\Gamma",
        "gamma",
        "DLMF 5.2.1",
        "x not 0, -1, -2, ...",
        _is_pole_of_gamma,
        (10**6,),
    ),
    "digamma": Function(
        "digamma(x)",
        arb.digamma,
        lambda c, x: c.digamma(x),
        r"\psi",
        "digamma",
        "DLMF 5.2.2",
        "x not 0, -1, -2, ...",
        _is_pole_of_gamma,
        (10**9,),
    ),
    "zeta": Function(
        "zeta(s)",
        arb.zeta,
        lambda c, s: apery(c) if s == 3 else c.zeta(s),
        r"\zeta",
        "zeta",
        "DLMF 25.2.1",
        "s not 1",
        lambda s: bool(s == 1),
        (10**4,),
    ),
    "hurwitz": Function(
        "hurwitz(s,a)",
        # For small a Arb needs far fewer bits after one step of the recurrence DLMF 25.11.3.
        lambda s, a: a**-s + s.zeta(a + 1) if a < 1 else s.zeta(a),
        lambda c, s, a: c.zeta(s, a),
        r"\zeta",
        "zeta",
        "DLMF 25.11.1",
        "a > 0 and s not 1",
        lambda s, a: bool(s == 1 or a <= 0),
        (50, 1000),
    ),
    "polylog": Function(
        "polylog(s,z)",
        lambda s, z: s.zeta() if z == 1 else z.polylog(s),
        lambda c, s, z: c.polylog(s, z),
        r"\operatorname{Li}",
        "polylog",
        "DLMF 25.12.10",
        "z < 1, or z = 1 and s > 1",
        lambda s, z: bool(z > 1 or (z == 1 and s <= 1)),
        (100, 20),
        subscripts=1,
    ),
    "erf": Function(
        "erf(x)", arb.erf, lambda c, x: c.erf(x), r"\operatorname{erf}", "erf", "DLMF 7.2.1", limits=(10**4,)
    ),
    "erfc": Function(
        "erfc(x)", arb.erfc, lambda c, x: c.erfc(x), r"\operatorname{erfc}", "erfc", "DLMF 7.2.2", limits=(10**4,)
    ),
    "besseli": Function(
        "besseli(nu,z)",
        lambda nu, z: z.bessel_i(nu),
        # mpmath does not converge for negative integer orders; DLMF 10.27.1.
        lambda c, nu, z: c.besseli(abs(nu) if nu == int(nu) else nu, z),
        "I",
        "besseli",
        "DLMF 10.25.2",
        "z > 0, or nu an integer",
        _is_off_bessel,
        (200, 1000),
        subscripts=1,
    ),
    "besselj": Function(
        "besselj(nu,z)",
        lambda nu, z: z.bessel_j(nu),
        lambda c, nu, z: c.besselj(nu, z),
        "J",
        "besselj",
        "DLMF 10.2.2",
        "z > 0, or nu an integer",
        _is_off_bessel,
        (200, 1000),
        subscripts=1,
    ),
    "besselk": Function(
        "besselk(nu,z)",
        lambda nu, z: z.bessel_k(nu),
        lambda c, nu, z: c.besselk(nu, z),
        "K",
        "besselk",
        "DLMF 10.27.4",
        "z > 0",
        lambda nu, z: bool(z <= 0),
        (200, 1000),
        subscripts=1,
    ),
    "bessely": Function(
        "bessely(nu,z)",
        lambda nu, z: z.bessel_y(nu),
        lambda c, nu, z: c.bessely(nu, z),
        "Y",
        "bessely",
        "DLMF 10.2.3",
        "z > 0",
        lambda nu, z: bool(z <= 0),
        (200, 1000),
        subscripts=1,
    ),
    "airyai": Function(
        "airyai(x)",
        arb.airy_ai,
        lambda c, x: c.airyai(x),
        r"\operatorname{Ai}",
        "airyai",
        "DLMF 9.2.2",
        limits=(1000,),
    ),
    "airybi": Function(
        "airybi(x)",
        arb.airy_bi,
        lambda c, x: c.airybi(x),
        r"\operatorname{Bi}",
        "airybi",
        "DLMF 9.2.2",
        limits=(1000,),
    ),
    "lambertw": Function(
        "lambertw(x)",
        arb.lambertw,
        lambda c, x: c.lambertw(x),
        "W",
        "LambertW",
        "DLMF 4.13.1",
        "x >= -1/e",
        lambda x: bool(x < -arb(-1).exp()) if isinstance(x, arb) else False,
    ),
    "ei": Function(
        "ei(x)",
        arb.ei,
        lambda c, x: c.ei(x),
        r"\operatorname{Ei}",
        "Ei",
        "DLMF 6.2.5",
        "x not 0",
        lambda x: bool(x == 0),
        (10**5,),
    ),
    "e1": Function(
        "e1(z)",
        lambda z: -(-z).ei(),
        lambda c, z: c.e1(z),
        "E_{1}",
        "E1",
        "DLMF 6.2.1",
        "z > 0",
        lambda z: bool(z <= 0),
        (10**5,),
    ),
    "L": Function(
        "L(d,s)",
        l_series_ball,
        l_series_real,
        "",
        "",
        "DLMF 25.15.1",
        "d a fundamental discriminant such as -3, -4, 5, 8 and not both d and s are 1",
        _is_no_l_series,
        (200, 300),
    ),
}
