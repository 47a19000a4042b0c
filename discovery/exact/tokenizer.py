"""Text in the safe grammar as tokens; characters outside the grammar are refused with their column."""

from __future__ import annotations

import re
from typing import NamedTuple

from discovery.errors import ExpressionError

MAX_DIGITS = 2000

_TOKEN = re.compile(
    r"(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<name>[A-Za-z][A-Za-z0-9_]*)|(?P<symbol>\*\*|[-+*/^(),])|(?P<space> +)"
)
_CHARACTER_HINTS = {"×": "*", "·": "*", "÷": "/", "−": "-", "–": "-", "²": "^2", "³": "^3", "√": "sqrt", "π": "pi"}


class Token(NamedTuple):
    """A number, name, operator or bracket, or the end of the text.

    Parameters
    ----------
    kind : str
        ``number``, ``name``, ``symbol`` or ``end``.
    text : str
        Its text; ``^`` for both ways of writing a power, empty at the end.
    position : int
        Zero-based offset in the text.
    """

    kind: str
    text: str
    position: int


def tokenize(text: str) -> list[Token]:
    """Return the tokens of a text, the last one of kind ``end``.

    Raises
    ------
    ExpressionError
        A character outside the grammar, a number of more than 2000 digits, or a misplaced decimal point.
    """
    tokens: list[Token] = []
    position = 0
    for match in _TOKEN.finditer(text):
        if match.start() != position:
            break
        position = match.end()
        kind = str(match.lastgroup)
        if kind == "number":
            _check_number(text, match)
        if kind != "space":
            tokens.append(Token(kind, "^" if match.group() == "**" else match.group(), match.start()))
    if position < len(text):
        raise _bad_character(text, position)
    tokens.append(Token("end", "", len(text)))
    return tokens


def _check_number(text: str, match: re.Match[str]) -> None:
    digits = len(match.group().replace(".", ""))
    if digits > MAX_DIGITS:
        raise ExpressionError(f"a number of {digits} digits; at most {MAX_DIGITS} are read", text, match.start())
    if text[match.end() : match.end() + 1] == ".":
        raise ExpressionError("a decimal point without digits after it", text, match.end(), hint="Write 0.5 or 5")


def _bad_character(text: str, position: int) -> ExpressionError:
    character = text[position]
    if character == ".":
        return ExpressionError("a decimal point without digits before it", text, position, hint="Write 0.5")
    if character.isascii() and character.isprintable():
        return ExpressionError(f"unexpected character {character!r}", text, position)
    replacement = _CHARACTER_HINTS.get(character)
    hint = f"Write {replacement}" if replacement else "Use plain ASCII"
    return ExpressionError(f"unexpected character U+{ord(character):04X}", text, position, hint=hint)
