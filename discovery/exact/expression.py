"""The safe grammar: text typed by a user becomes an expression tree, or an `ExpressionError` with a column."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from discovery.errors import ExpressionError, LimitExceeded
from discovery.exact.functions import ATOMS, FUNCTIONS
from discovery.exact.rational import combine
from discovery.exact.tokenizer import Token, tokenize

MAX_CHARACTERS = 400
MAX_NODES = 200
MAX_DEPTH = 40
MAX_EXPONENT = 1000

# Exponents beyond this size are refused whatever they fold to, so folding them stays cheap.
_EXPONENT_BITS = 512
_SUM, _PRODUCT, _NEGATION, _POWER, _ATOM = 10, 20, 30, 40, 50
_BINDING = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "^": _POWER}
_MEANINGS = ATOMS.keys() | FUNCTIONS.keys()
_NAME_HINTS = {
    "ln": "log",
    "arctan": "atan",
    "arcsin": "asin",
    "arccos": "acos",
    "psi": "digamma",
    "E": "e",
    "W": "lambertw",
}


@dataclass(frozen=True)
class Number:
    """A rational number as written, such as ``12`` or ``0.25``.

    Parameters
    ----------
    value : Fraction
        Its exact value; never negative in a parsed tree.
    """

    value: Fraction


@dataclass(frozen=True)
class Name:
    """A named constant, such as ``pi``, or a variable.

    Parameters
    ----------
    name : str
        The name as written.
    """

    name: str


@dataclass(frozen=True)
class Operation:
    """A binary operation, or a negation.

    Parameters
    ----------
    op : str
        One of ``+ - * / ^``; with `right` absent it is ``-``.
    left : Expression
        First operand, or the negated one.
    right : Expression or None
        Second operand; ``None`` for a negation.
    """

    op: str
    left: Expression
    right: Expression | None


@dataclass(frozen=True)
class Call:
    """A function applied to its arguments.

    Parameters
    ----------
    function : str
        Name in `discovery.exact.functions.FUNCTIONS`.
    arguments : tuple of Expression
        As many as the function takes.
    """

    function: str
    arguments: tuple[Expression, ...]


Expression: TypeAlias = Number | Name | Operation | Call


def parse(
    text: str, variables: tuple[str, ...] = (), *, max_characters: int = MAX_CHARACTERS, max_nodes: int = MAX_NODES
) -> Expression:
    """Return the tree of an expression in the safe grammar.

    Parameters
    ----------
    text : str
        The expression: numbers, ``+ - * / ^ **``, parentheses, named constants, functions and `variables`. A power
        binds tighter than the minus sign before it, and powers group from the right.
    variables : tuple of str
        Names that may stand free; none of them a constant or function of the grammar.
    max_characters, max_nodes : int
        Limits on the length of the text and the size of the tree; beyond them it is refused.

    Returns
    -------
    Expression
        The tree, with the structure as written: nothing is evaluated.

    Raises
    ------
    ExpressionError
        The text is not in the grammar or beyond a limit; it names the column.

    Examples
    --------
    >>> parse("-2^2") == parse("-(2**2)")
    True
    """
    if clash := _MEANINGS.intersection(variables):
        raise ValueError(f"{sorted(clash)} cannot be variables: the grammar gives them a meaning")
    if len(text) > max_characters:
        raise ExpressionError(
            f"the expression has {len(text)} characters; at most {max_characters} are read",
            text[: max_characters + 1],
            max_characters,
        )
    return _Parser(text, variables, max_nodes).parse()


def names(expression: Expression) -> frozenset[str]:
    """Return the variables of an expression: its names that are not constants of the grammar."""
    return frozenset(node.name for node in walk(expression) if isinstance(node, Name) and node.name not in ATOMS)


def walk(expression: Expression) -> Iterator[Expression]:
    """Yield every node of an expression, parents first."""
    pending = [expression]
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, Operation):
            pending += [node.left] if node.right is None else [node.right, node.left]
        elif isinstance(node, Call):
            pending += reversed(node.arguments)


def integers_of(expression: Expression) -> list[int]:
    """Return the integers written in an expression; a fraction counts as numerator and, if not 1, denominator."""
    match expression:
        case Number(value):
            number = Fraction(value)
            return [number.numerator] + ([number.denominator] if number.denominator != 1 else [])
        case Operation(_, left, right):
            return integers_of(left) + (integers_of(right) if right is not None else [])
        case Call(_, arguments):
            return [number for argument in arguments for number in integers_of(argument)]
    return []


def to_text(expression: Expression) -> str:
    """Return the canonical text of an expression: no spaces, ``^`` for powers, only the parentheses that are needed.

    Notes
    -----
    ``parse(to_text(x)) == x`` for every parsed x. A `Number` made otherwise that has no finite decimal is written as
    a quotient, with equal value.
    """
    return _text(expression)[0]


def _text(node: Expression) -> tuple[str, int]:
    """Return the text of a node and how tightly it holds together."""
    if isinstance(node, Number):
        return _number_text(node.value)
    if isinstance(node, Name):
        return node.name, _ATOM
    if isinstance(node, Call):
        return f"{node.function}({','.join(_text(argument)[0] for argument in node.arguments)})", _ATOM
    if node.right is None:
        return "-" + _enclosed(node.left, _NEGATION), _NEGATION
    binding = _BINDING[node.op]
    if node.op == "^":
        return f"{_enclosed(node.left, _ATOM)}^{_enclosed(node.right, _NEGATION)}", binding
    return f"{_enclosed(node.left, binding)}{node.op}{_enclosed(node.right, binding + 1)}", binding


def _enclosed(node: Expression, at_least: int) -> str:
    text, binding = _text(node)
    return text if binding >= at_least else f"({text})"


def _number_text(value: Fraction) -> tuple[str, int]:
    if value < 0:
        return "-" + _number_text(-value)[0], _NEGATION
    if value.denominator == 1:
        return str(value.numerator), _ATOM
    twos = (value.denominator & -value.denominator).bit_length() - 1
    rest, fives = value.denominator >> twos, 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return f"{value.numerator}/{value.denominator}", _PRODUCT
    places = max(twos, fives)
    digits = str(value.numerator * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}", _ATOM


class _Part(NamedTuple):
    """A parsed part with its exact value: ``None`` if it is not known to be rational, "large" if not worked out."""

    node: Expression
    value: Fraction | str | None


class _Parser:
    """One run over one text: precedence climbing with the binding strengths above."""

    def __init__(self, text: str, variables: tuple[str, ...], max_nodes: int) -> None:
        self.text = text
        self.variables = variables
        self.max_nodes = max_nodes
        self.nodes = 0
        self.tokens = tokenize(text)
        self.index = 0

    def parse(self) -> Expression:
        if self.tokens[0].kind == "end":
            raise self._error("the expression is empty", 0, hint="Write for example pi^2/6")
        part = self._expression(_SUM, 0)
        token = self._peek()
        if token.text == ")":
            raise self._error("')' without '('", token.position)
        if token.text == ",":
            raise self._error("',' outside the arguments of a function", token.position, hint="Decimals take a point")
        return part.node

    def _error(self, message: str, position: int, *, hint: str | None = None) -> ExpressionError:
        return ExpressionError(message, self.text, position, hint=hint)

    def _peek(self) -> Token:
        return self.tokens[self.index]

    def _take(self) -> Token:
        token = self.tokens[self.index]
        self.index += 1
        return token

    def _expression(self, binding: int, depth: int) -> _Part:
        """Parse operators that bind at least as tightly as `binding`; `depth` counts brackets, signs and powers."""
        part = self._operand(depth)
        while (strength := _BINDING.get(self._peek().text, 0)) >= binding:
            token = self._take()
            start = self._peek().position
            if token.text == "^":
                right = self._expression(_POWER, depth + 1)
                self._check_exponent(right, start)
            else:
                right = self._expression(strength + 1, depth)
            part = self._operation(token, part, right)
        self._refuse_juxtaposition()
        return part

    def _operand(self, depth: int) -> _Part:
        token = self._take()
        if depth > MAX_DEPTH:
            raise self._error(f"more than {MAX_DEPTH} brackets, signs and powers inside one another", token.position)
        if token.kind == "number":
            value = Fraction(int(token.text) if token.text.isdecimal() else token.text)
            return self._part(Number(value), value, token)
        if token.kind == "name":
            return self._name(token, depth)
        if token.text == "(":
            part = self._expression(_SUM, depth + 1)
            self._expect_closing(token)
            return part
        if token.text in ("-", "+"):
            part = self._expression(_NEGATION, depth + 1)
            if token.text == "+":
                return part
            negated = -part.value if isinstance(part.value, Fraction) else part.value
            return self._part(Operation("-", part.node, None), negated, token)
        if token.kind == "end":
            raise self._error("the expression ends where a number, name or '(' should stand", token.position)
        raise self._error(f"{token.text!r} where a number, name or '(' should stand", token.position)

    def _name(self, token: Token, depth: int) -> _Part:
        called = self._peek().text == "("
        shown = token.text if len(token.text) <= 40 else f"{token.text[:37]}..."
        if token.text in FUNCTIONS:
            if not called:
                raise self._error(f"{shown!r} is a function", token.position, hint=f"Write {shown}(...)")
            return self._call(token, depth)
        if token.text in self.variables or token.text in ATOMS:
            if called:
                raise self._error(
                    f"{shown!r} is not a function", token.position, hint=f"Write {shown}*(...) for a product"
                )
            return self._part(Name(token.text), None, token)
        kind = "function" if called else "name"
        raise self._error(f"unknown {kind} {shown!r}", token.position, hint=self._suggestion(token.text))

    def _suggestion(self, name: str) -> str | None:
        if name in _NAME_HINTS:
            return f"Did you mean {_NAME_HINTS[name]}?"
        if len(name) > 20:
            return None
        known = {item.lower(): item for item in (*self.variables, *ATOMS, *FUNCTIONS)}
        close = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.7)
        return f"Did you mean {known[close[0]]}?" if close else None

    def _call(self, token: Token, depth: int) -> _Part:
        opening = self._take()
        arity = FUNCTIONS[token.text].arity
        arguments: list[Expression] = []
        while True:
            if not arguments and self._peek().text == ")":
                break
            arguments.append(self._expression(_SUM, depth + 1).node)
            if self._peek().text != ",":
                break
            self._take()
        self._expect_closing(opening)
        if len(arguments) != arity:
            raise self._error(
                f"{token.text} takes {arity} argument{'s' if arity > 1 else ''}; got {len(arguments)}",
                token.position,
                hint=f"Write {FUNCTIONS[token.text].usage}",
            )
        return self._part(Call(token.text, tuple(arguments)), None, token)

    def _expect_closing(self, opening: Token) -> None:
        token = self._peek()
        if token.text != ")":
            if token.kind == "end":
                raise self._error("'(' is not closed", opening.position)
            raise self._error(f"{token.text!r} where ')' should stand", token.position)
        self._take()

    def _refuse_juxtaposition(self) -> None:
        token = self._peek()
        if token.kind in ("number", "name") or token.text == "(":
            before = self.tokens[self.index - 1]
            hint = f"Write {before.text[-20:]}*{token.text[:20]} for a product"
            if before.kind == "number" and re.fullmatch(r"[eE][0-9]+", token.text):
                hint += "; powers of ten are written 10^5"
            raise self._error("an operator is missing", token.position, hint=hint)

    def _operation(self, token: Token, left: _Part, right: _Part) -> _Part:
        node = Operation(token.text, left.node, right.node)
        if left.value is None or right.value is None:
            return self._part(node, None, token)
        if isinstance(left.value, str) or isinstance(right.value, str):
            return self._part(node, "large", token)
        if (token.text == "/" and right.value == 0) or (token.text == "^" and left.value == 0 > right.value):
            return self._part(node, None, token)
        try:
            return self._part(node, combine(token.text, left.value, right.value, _EXPONENT_BITS), token)
        except LimitExceeded:
            return self._part(node, "large", token)

    def _check_exponent(self, exponent: _Part, position: int) -> None:
        if isinstance(exponent.value, str) or (exponent.value is not None and abs(exponent.value) > MAX_EXPONENT):
            raise self._error(f"an exponent beyond {MAX_EXPONENT}", position, hint="Use a smaller exponent")

    def _part(self, node: Expression, value: Fraction | str | None, token: Token) -> _Part:
        self.nodes += 1
        if self.nodes > self.max_nodes:
            raise self._error(f"more than {self.max_nodes} numbers, names and operations", token.position)
        return _Part(node, value)
