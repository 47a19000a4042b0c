"""The safe grammar: what it reads, how it prints, and that every attack gets a message and a column."""

from fractions import Fraction

import pytest

from discovery.errors import ExpressionError
from discovery.exact.expression import (
    MAX_DEPTH,
    MAX_NODES,
    Call,
    Name,
    Number,
    Operation,
    names,
    parse,
    to_text,
    walk,
)
from discovery.exact.functions import ATOMS, FUNCTIONS


def number(value: int | str) -> Number:
    return Number(Fraction(value))


def test_the_tree_has_the_structure_as_written() -> None:
    assert parse("1/3 + pi^2") == Operation(
        "+", Operation("/", number(1), number(3)), Operation("^", Name("pi"), number(2))
    )
    assert parse("besseli(0, 2)") == Call("besseli", (number(0), number(2)))
    assert parse("0.250") == number("1/4")
    assert parse("+3") == number(3)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("-2^2", "-(2^2)"),
        ("2**3**2", "2^(3^2)"),
        ("2^-3^2", "2^(-(3^2))"),
        ("1-2-3", "(1-2)-3"),
        ("1/2/3*4", "((1/2)/3)*4"),
        ("1+2*3", "1+(2*3)"),
        ("-2*3", "(-2)*3"),
        ("2--3", "2-(-3)"),
        ("--1", "-(-1)"),
        ("2^-3*4", "(2^-3)*4"),
        (" 1 +\t2".replace("\t", " "), "1+2"),
    ],
)
def test_precedence(text: str, same: str) -> None:
    assert parse(text) == parse(same)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("((1)) + (2 * 3)", "1+2*3"),
        ("2**(-3)", "2^-3"),
        ("(-2)**2", "(-2)^2"),
        ("(1+2)*3", "(1+2)*3"),
        ("1-(2-3)", "1-(2-3)"),
        ("(1-2)-3", "1-2-3"),
        ("2/(3*4)", "2/(3*4)"),
        ("(2^3)^4", "(2^3)^4"),
        ("2^(1/2)", "2^(1/2)"),
        ("-(1+2)", "-(1+2)"),
        ("1+(-2)*3", "1+-2*3"),
        ("00.50", "0.5"),
        ("0.0010", "0.001"),
        ("L( -4 , 2 )", "L(-4,2)"),
    ],
)
def test_canonical_text(text: str, canonical: str) -> None:
    tree = parse(text)
    assert to_text(tree) == canonical
    assert parse(canonical) == tree


@pytest.mark.parametrize(("value", "text"), [("-1/4", "-0.25"), ("1/3", "1/3"), ("-2", "-2")])
def test_numbers_made_by_programs_are_printed_with_their_value(value: str, text: str) -> None:
    assert to_text(number(value)) == text
    assert to_text(Operation("^", number(value), number(2))) == f"({text})^2"


def test_every_constant_and_function_is_read() -> None:
    for name in ATOMS:
        assert parse(name) == Name(name)
    for name, function in FUNCTIONS.items():
        assert len(function.limits) == function.usage.count(",") + 1
        assert parse(f"{name}({','.join(['2'] * function.arity)})") == Call(name, (number(2),) * function.arity)


def test_variables_stand_where_they_are_declared() -> None:
    tree = parse("3*k^2-k/x2+pi", ("k", "x2"))
    assert names(tree) == {"k", "x2"}
    assert sum(1 for _ in walk(tree)) == 11
    with pytest.raises(ExpressionError, match="unknown name 'k' at column 3"):
        parse("3*k")
    with pytest.raises(ValueError, match="grammar gives them a meaning"):
        parse("1", ("e",))


REFUSED = {
    "": ("empty", 0),
    "   ": ("empty", 0),
    "9**9**9": ("exponent beyond 1000", 3),
    "2**10**10": ("exponent beyond 1000", 3),
    "2^(9^999)": ("exponent beyond 1000", 2),
    "2^(1-1002)": ("exponent beyond 1000", 2),
    "e^1000.5": ("exponent beyond 1000", 2),
    "2^-(9^9^9)": ("exponent beyond 1000", 6),
    "2^(10^400/10^399)": ("exponent beyond 1000", 2),
    "__import__('os')": ("unexpected character '_'", 0),
    "().__class__": ("decimal point without digits before it", 2),
    "pi.real": ("decimal point without digits before it", 2),
    "pi[0]": ("unexpected character '['", 2),
    "'a'": ('unexpected character "\'"', 0),
    '"a"': ("unexpected character '\"'", 0),
    "1<2": ("unexpected character '<'", 1),
    "1==2": ("unexpected character '='", 1),
    "x:=2": ("unexpected character ':'", 1),
    "lambda x:x": ("unexpected character ':'", 8),
    "1;2": ("unexpected character ';'", 1),
    "1%2": ("unexpected character '%'", 1),
    "a\\b": ("unexpected character '\\\\'", 1),
    "1//2": ("'/' where a number", 2),
    "\x00": ("U+0000", 0),
    "1\n2": ("U+000A", 1),
    "1\t2": ("U+0009", 1),
    "\x7f": ("U+007F", 0),
    "2π": ("U+03C0 at column 2. Write pi", 1),
    "2×3": ("U+00D7 at column 2. Write *", 1),
    "ｐｉ": ("U+FF50", 0),
    "١": ("U+0661", 0),
    "1\u200b": ("U+200B", 1),
    "\ud800": ("U+D800", 0),
    "2e": ("operator is missing at column 2. Write 2*e", 1),
    "1e5": ("powers of ten are written 10^5", 1),
    "2 pi": ("Write 2*pi", 2),
    "(1)(2)": ("operator is missing", 3),
    "2(3)": ("Write 2*(", 1),
    "pi(3)": ("'pi' is not a function at column 1. Write pi*", 0),
    "sin 2": ("'sin' is a function at column 1. Write sin(", 0),
    "m+1": ("unknown name 'm' at column 1", 0),
    "1+khinchn": ("unknown name 'khinchn' at column 3. Did you mean khinchin", 2),
    "Pi": ("Did you mean pi", 0),
    "ln(2)": ("unknown function 'ln' at column 1. Did you mean log", 0),
    "x" * 300: ("unknown name 'xxx", 0),
    "1,2": ("',' outside the arguments", 1),
    "besseli(1)": ("besseli takes 2 arguments; got 1 at column 1. Write besseli(nu,z)", 0),
    "besseli(1,2,3)": ("got 3", 0),
    "sin()": ("sin takes 1 argument; got 0", 0),
    "sin(1,)": ("')' where a number", 6),
    "(1": ("'(' is not closed", 0),
    "(1,2)": ("',' where", 2),
    "1)": ("')' without", 1),
    ")": ("')' where a number", 0),
    "+": ("expression ends", 1),
    "1+": ("expression ends", 2),
    "*1": ("'*' where", 0),
    ".5": ("Write 0.5", 0),
    "5.": ("without digits after it", 1),
    "1.2.3": ("without digits after it", 3),
    "1+" * 100 + "1": ("more than 200", 199),
    "(" * 41 + "1" + ")" * 41: ("inside one another", 41),
    "-" * 399 + "1": ("inside one another", 41),
    "2^" * 100 + "2": ("inside one another", 82),
    "sqrt(" * 60 + "2" + ")" * 60: ("inside one another", 205),
    "1" * 401: ("401 characters; at most 400 are read at column 401", 400),
    "1+" * 500_000: ("1000000 characters", 400),
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: repr(text[:20]))
def test_everything_else_is_refused_with_a_column(text: str) -> None:
    message, position = REFUSED[text]
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert message in str(caught.value)
    assert caught.value.position == position
    assert f"at column {position + 1}" in str(caught.value)
    assert len(str(caught.value)) < 200
    assert len(caught.value.text) <= 401
    assert len(caught.value.caret().splitlines()[0]) <= 80


@pytest.mark.parametrize(
    "text",
    ["e^pi", "2^1000", "2^-1000", "pi^(1/3)", "2^(9^9/9^9)", "10^(1/0)", "0.5^999.5", "k^k", "2^(sqrt(2)*10^200)"],
)
def test_these_exponents_are_fine(text: str) -> None:
    tree = parse(text, ("k",))
    assert parse(to_text(tree), ("k",)) == tree


def test_the_limits_are_reached_exactly() -> None:
    assert parse("1" * 400) == number("1" * 400)
    assert parse("(" * MAX_DEPTH + "1" + ")" * MAX_DEPTH) == number(1)
    terms = MAX_NODES // 2
    assert sum(1 for _ in walk(parse("-".join(["1"] * terms)))) == MAX_NODES - 1


def test_longer_texts_are_read_on_request_but_not_longer_numbers() -> None:
    assert parse("1" * 2000, max_characters=5000) == number("1" * 2000)
    with pytest.raises(ExpressionError, match="a number of 2001 digits"):
        parse("1" * 2001, max_characters=5000)
    with pytest.raises(ExpressionError, match="more than 500"):
        parse("1+" * 300 + "1", max_characters=5000, max_nodes=500)


def test_trees_are_hashable_and_cannot_be_changed() -> None:
    tree = parse("zeta(3)+1")
    assert len({tree, parse("zeta(3) + 1")}) == 1
    with pytest.raises(AttributeError):
        tree.op = "-"  # type: ignore[misc, union-attr]
