"""Sequences as people paste them: integers and fractions in a row, or a table of indices and terms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from flint import fmpq, fmpz

from discovery.errors import InputError

Terms: TypeAlias = Sequence[fmpq]

MAX_CHARACTERS = 100_000
MAX_TERMS = 2000
MIN_TERMS = 4
LARGEST_INDEX = 10**6
_SHOWN_CHARACTERS = 40
_TERM = re.compile(r"([+-]?[0-9]+)(?:/([0-9]+))?")
_ROW = re.compile(r"([+-]?[0-9]+)\s+[+-]?[0-9]+(?:/[0-9]+)?")
_SEPARATORS = re.compile(r"[\s,;]+")
_ENDS = re.compile(r"(?:\.\.\.|\u2026)?[\s,;]*\Z")


@dataclass(frozen=True)
class TypedSequence:
    """Terms as they were given.

    Parameters
    ----------
    terms : tuple of fmpq
        In their order, `MIN_TERMS` to `MAX_TERMS`.
    first : int or None
        Index of the first term, where a table of indices and terms was given.
    """

    terms: tuple[fmpq, ...]
    first: int | None


def parse_terms(text: str) -> TypedSequence:
    """Return the terms of a sequence as text.

    Parameters
    ----------
    text : str
        Integers or fractions such as -3/7, between commas, semicolons, spaces or line ends, in brackets or not, with
        or without dots at the end; or lines with an index and a term each, of consecutive indices, where lines that
        begin with ``#`` are comments. At most `MAX_CHARACTERS`.

    Raises
    ------
    InputError
        Too long, too many or too few terms, or something that is no term: the message names the first.

    Examples
    --------
    >>> [str(term) for term in parse_terms("[1, 3/6, -2, 0, ...]").terms]
    ['1', '1/2', '-2', '0']
    """
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            f"the text has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read", hint="Paste fewer terms"
        )
    lines = [line for line in text.replace("\u2212", "-").splitlines() if line.strip() and line.lstrip()[0] != "#"]
    rows = _table([line.strip() for line in lines])
    first = None if rows is None else rows[0][0]
    words = _words(" ".join(lines)) if rows is None else [word for _, word in rows]
    if not MIN_TERMS <= len(words) <= MAX_TERMS:
        raise InputError(
            f"there are {len(words):,} terms; {MIN_TERMS} to {MAX_TERMS:,} can be used",
            hint="Terms are integers or fractions such as -3/7, with commas or spaces between them",
        )
    return TypedSequence(tuple(_term(word, place) for place, word in enumerate(words, 1)), first)


def _words(text: str) -> list[str]:
    """Return the terms in a row, without brackets around them and dots after them."""
    stripped = _ENDS.sub("", text.strip())
    for opening, closing in ("[]", "{}", "()"):
        if stripped.startswith(opening) and stripped.endswith(closing):
            stripped = _ENDS.sub("", stripped[1:-1].strip())
            break
    stripped = re.sub(r"\s*/\s*", "/", stripped)
    return [word for word in _SEPARATORS.split(stripped) if word]


def _table(lines: list[str]) -> list[tuple[int, str]] | None:
    """Return index and term of each line; ``None`` unless all are of that form and the indices are consecutive."""
    if len(lines) < 2 or not all(_ROW.fullmatch(line) for line in lines):
        return None
    rows = [(fmpz(line.split()[0].lstrip("+")), line.split()[1]) for line in lines]
    start = rows[0][0]
    if abs(start) > LARGEST_INDEX or any(index != start + i for i, (index, _) in enumerate(rows)):
        return None
    return [(int(index), term) for index, term in rows]


def _term(word: str, place: int) -> fmpq:
    shown = repr(word if len(word) <= _SHOWN_CHARACTERS else f"{word[:_SHOWN_CHARACTERS]}...")
    match = _TERM.fullmatch(word)
    if match is None:
        raise InputError(
            f"term {place} is {shown}, which is not an integer or a fraction",
            hint="Terms are integers or fractions such as -3/7, with commas or spaces between them",
        )
    numerator, denominator = fmpz(match[1].lstrip("+")), fmpz(match[2] or "1")
    if denominator == 0:
        raise InputError(f"term {place} is {shown}, a division by zero")
    return fmpq(numerator, denominator)
