"""Expressions as program text of other systems, from the tree that was verified."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from discovery.errors import DiscoveryError
from discovery.exact.dirichlet import character_values
from discovery.exact.evaluation import rational_value
from discovery.exact.expression import Call, Expression, Name, Number, Operation

# Rational parts up to this size are written as one quotient.
_LARGEST_LITERAL = 10**40


class LacksFunction(DiscoveryError):
    """A system has no counterpart of a function or constant of the grammar.

    Parameters
    ----------
    system, name : str
        The system, and the name in the grammar.
    """

    def __init__(self, system: str, name: str) -> None:
        self.system = system
        self.name = name
        super().__init__(f"{system} has no function for {name!r}")


@dataclass(frozen=True)
class System:
    """How one computer algebra system writes the safe grammar.

    Parameters
    ----------
    name : str
        Name of the system.
    power : str
        Power operator.
    quotient : str
        Template of a quotient of two integer literals that is not rounded to machine precision.
    atoms : mapping of str to str
        Text of each constant of the grammar it has.
    functions : mapping of str to str
        Template of each function of the grammar it has.
    l_series : callable
        Text of L(d,s) from the integer d and the text of s.
    integer_first : frozenset of str
        Functions it has for an integer first argument only.
    comment : str
        Template of a comment of one line.
    """

    name: str
    power: str
    quotient: str
    atoms: Mapping[str, str]
    functions: Mapping[str, str]
    l_series: Callable[[int, str], str]
    integer_first: frozenset[str] = frozenset()
    comment: str = "# {0}"


def to_code(expression: Expression, system: System) -> str:
    """Return an expression as text of a system, fully parenthesized.

    Raises
    ------
    LacksFunction
        The system lacks one of its functions or constants.
    """
    if isinstance(expression, Name):
        if expression.name not in system.atoms:
            raise LacksFunction(system.name, expression.name)
        return system.atoms[expression.name]
    if isinstance(expression, Call):
        return _call(expression, system)
    value = rational_value(expression)
    if value is not None and max(abs(value.numerator), value.denominator) < _LARGEST_LITERAL:
        if value.denominator != 1:
            return f"({system.quotient.format(value.numerator, value.denominator)})"
        return str(value.numerator) if value >= 0 else f"({value.numerator})"
    if isinstance(expression, Number):
        return f"({system.quotient.format(expression.value.numerator, expression.value.denominator)})"
    return _operation(expression, system)


def _operation(node: Operation, system: System) -> str:
    left = to_code(node.left, system)
    if node.right is None:
        return f"(-{left})"
    right = to_code(node.right, system)
    if node.op == "/":
        return f"({system.quotient.format(left, right)})"
    return f"({left} {system.power if node.op == '^' else node.op} {right})"


def _call(node: Call, system: System) -> str:
    arguments = [to_code(argument, system) for argument in node.arguments]
    first = rational_value(node.arguments[0])
    if node.function == "L" and first is not None:
        return system.l_series(int(first), arguments[1])
    needs_integer = node.function in system.integer_first
    if node.function not in system.functions or (needs_integer and (first is None or first.denominator != 1)):
        raise LacksFunction(system.name, node.function)
    return system.functions[node.function].format(*arguments)


def _same(prefix: str, *names: str) -> dict[str, str]:
    return {name: f"{prefix}{name}({{0}})" for name in names}


_ELEMENTARY = (
    *("sqrt", "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh"),
    *("asin", "acos", "atan", "asinh", "acosh", "atanh", "gamma", "zeta"),
)

MPMATH = System(
    name="mpmath",
    power="**",
    quotient="mp.mpf({0})/{1}",
    atoms={
        **{name: f"mp.{name}" for name in ("pi", "e", "phi", "catalan", "khinchin", "glaisher", "apery")},
        "euler_gamma": "mp.euler",
    },
    functions={
        **_same("mp.", *_ELEMENTARY, "cot", "coth", "digamma", "erf", "erfc", "airyai", "airybi"),
        **_same("mp.", "lambertw", "ei", "e1", "log10"),
        **{name: f"mp.{name}({{0}}, {{1}})" for name in ("polylog", "besseli", "besselj", "besselk", "bessely")},
        "cbrt": "(mp.sign({0})*mp.cbrt(abs({0})))",
        "log2": "mp.log({0}, 2)",
        "hurwitz": "mp.zeta({0}, {1})",
    },
    l_series=lambda d, s: f"mp.dirichlet({s}, {character_values(d)})",
)


def _sage_l_series(d: int, s: str) -> str:
    if d == 1:
        return f"zeta({s})"
    q = abs(d)
    if s == "1":  # DLMF 25.11.31: the Hurwitz zeta function has a pole there, its constant term is -psi
        return f"(-sum(kronecker({d}, n)*psi(n/{q}) for n in srange(1, {q}))/{q})"
    return f"(sum(kronecker({d}, n)*hurwitz_zeta({s}, n/{q}) for n in srange(1, {q}))/{q}**{s})"


SAGE = System(
    name="Sage",
    power="**",
    quotient="{0}/{1}",
    atoms={
        **{name: name for name in ("pi", "e", "euler_gamma", "catalan", "khinchin", "glaisher")},
        "phi": "golden_ratio",
        "apery": "zeta(3)",
    },
    functions={
        **_same("", *_ELEMENTARY, "cot", "coth", "erf", "erfc"),
        "cbrt": "real_nth_root({0}, 3)",
        "log2": "log({0}, 2)",
        "log10": "log({0}, 10)",
        "digamma": "psi({0})",
        "hurwitz": "hurwitz_zeta({0}, {1})",
        "polylog": "polylog({0}, {1})",
        **{f"bessel{letter}": f"bessel_{letter.upper()}({{0}}, {{1}})" for letter in "ijky"},
        "airyai": "airy_ai({0})",
        "airybi": "airy_bi({0})",
        "lambertw": "lambert_w({0})",
        "ei": "exp_integral_ei({0})",
        "e1": "exp_integral_e1({0})",
    },
    l_series=_sage_l_series,
)

PARI = System(
    name="PARI/GP",
    power="^",
    quotient="{0}/{1}",
    atoms={
        "pi": "Pi",
        "e": "exp(1)",
        "phi": "((1 + sqrt(5))/2)",
        "euler_gamma": "Euler",
        "catalan": "Catalan",
        "glaisher": "exp(1/12 - zeta'(-1))",
        "apery": "zeta(3)",
    },
    functions={
        **_same("", *_ELEMENTARY, "erfc", "lambertw"),
        "cbrt": "(sign({0})*sqrtn(abs({0}), 3))",
        "log2": "(log({0})/log(2))",
        "log10": "(log({0})/log(10))",
        "cot": "cotan({0})",
        "coth": "cotanh({0})",
        "digamma": "psi({0})",
        "hurwitz": "zetahurwitz({0}, {1})",
        "polylog": "polylog({0}, {1})",
        "erf": "(1 - erfc({0}))",
        **{f"bessel{letter}": f"bessel{letter}({{0}}, {{1}})" for letter in "ijk"},
        "bessely": "besseln({0}, {1})",
        "airyai": "airy({0})[1]",
        "airybi": "airy({0})[2]",
        "ei": "real(-eint1(-({0})))",
        "e1": "eint1({0})",
    },
    l_series=lambda d, s: f"lfun({d}, {s})",
    integer_first=frozenset({"polylog"}),
    comment="\\\\ {0}",
)


def _flint_l_series(d: int, s: str) -> str:
    if d == 1:
        return f"arb({s}).zeta()"
    q, characters = abs(d), character_values(d)
    if s == "1":  # DLMF 25.11.31: the Hurwitz zeta function has a pole there, its constant term is -psi
        return f"(-sum(c*(arb(n)/{q}).digamma() for n, c in enumerate({characters}) if c)/{q})"
    return f"(sum(c*arb({s}).zeta(arb(n)/{q}) for n, c in enumerate({characters}) if c)/arb({q})**({s}))"


FLINT = System(
    name="python-flint",
    power="**",
    quotient="arb({0})/{1}",
    atoms={
        "pi": "arb.pi()",
        "e": "arb.const_e()",
        "phi": "((1 + arb(5).sqrt())/2)",
        "euler_gamma": "arb.const_euler()",
        "apery": "arb(3).zeta()",
        **{name: f"arb.const_{name}()" for name in ("catalan", "khinchin", "glaisher")},
    },
    functions={
        **{name: f"arb({{0}}).{name}()" for name in (*_ELEMENTARY, "cot", "coth", "digamma", "erf", "erfc")},
        **{name: f"arb({{0}}).{name}()" for name in ("lambertw", "ei")},
        "cbrt": "(arb({0}).sgn()*abs(arb({0})).root(3))",
        "log2": "arb({0}).log_base(2)",
        "log10": "arb({0}).log_base(10)",
        "hurwitz": "arb({0}).zeta(arb({1}))",
        "polylog": "arb({1}).polylog(arb({0}))",
        **{f"bessel{letter}": f"arb({{1}}).bessel_{letter}(arb({{0}}))" for letter in "ijky"},
        "airyai": "arb({0}).airy_ai()",
        "airybi": "arb({0}).airy_bi()",
        "e1": "(-(-arb({0})).ei())",
    },
    l_series=_flint_l_series,
)


def _mathematica_l_series(d: int, s: str) -> str:
    if d == 1:
        return f"Zeta[{s}]"
    q = abs(d)
    if s == "1":
        return f"(-Sum[KroneckerSymbol[{d}, n]*PolyGamma[0, n/{q}], {{n, 1, {q - 1}}}]/{q})"
    return f"(Sum[KroneckerSymbol[{d}, n]*HurwitzZeta[{s}, n/{q}], {{n, 1, {q - 1}}}]/{q}^({s}))"


MATHEMATICA = System(
    name="Mathematica",
    power="^",
    quotient="{0}/{1}",
    atoms={
        "pi": "Pi",
        "e": "E",
        "phi": "GoldenRatio",
        "euler_gamma": "EulerGamma",
        "catalan": "Catalan",
        "khinchin": "Khinchin",
        "glaisher": "Glaisher",
        "apery": "Zeta[3]",
    },
    functions={
        **{name: f"{name.capitalize()}[{{0}}]" for name in ("sqrt", "exp", "log", "sin", "cos", "tan", "cot")},
        **{name: f"{name.capitalize()}[{{0}}]" for name in ("sinh", "cosh", "tanh", "coth", "gamma", "zeta")},
        **{f"a{name}": f"Arc{name.capitalize()}[{{0}}]" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
        **{name: f"{name.capitalize()}[{{0}}]" for name in ("erf", "erfc", "log2", "log10")},
        "cbrt": "CubeRoot[{0}]",
        "digamma": "PolyGamma[0, {0}]",
        "hurwitz": "HurwitzZeta[{0}, {1}]",
        "polylog": "PolyLog[{0}, {1}]",
        **{f"bessel{letter}": f"Bessel{letter.upper()}[{{0}}, {{1}}]" for letter in "ijky"},
        "airyai": "AiryAi[{0}]",
        "airybi": "AiryBi[{0}]",
        "lambertw": "ProductLog[{0}]",
        "ei": "ExpIntegralEi[{0}]",
        "e1": "ExpIntegralE[1, {0}]",
    },
    l_series=_mathematica_l_series,
    comment="(* {0} *)",
)
