"""The texts that describe a batch: values of parameters, ranges of starts and of directions."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from itertools import product
from typing import TypeAlias

from discovery.errors import ParameterError

NONE = "none"
MAX_DENOMINATOR = 1000
MAX_STARTS_PER_AXIS = 1000
MAX_COMPONENT = 60
MAX_DIRECTION_CELLS = 100_000
MAX_VALUES = 1000
_NUMBER = r"[+-]?[0-9]{1,9}(?:/[0-9]{1,4})?"
_RANGE = re.compile(rf"\s*({_NUMBER})\s*(?:\.\.\s*({_NUMBER})\s*)?")

Assignment: TypeAlias = tuple[tuple[str, Fraction], ...]


def read_assignments(text: str, parameters: tuple[str, ...]) -> tuple[Assignment, ...]:
    """Return every combination of the values typed for the parameters, such as ``c = -1/4, 1; z = 1/2``.

    Raises
    ------
    ParameterError
        A value is no rational number, a name no parameter, a parameter has no value, or there are too many.
    """
    given: dict[str, list[Fraction]] = {}
    for part in [] if text.strip() == NONE else text.split(";"):
        name, equals, listed = part.partition("=")
        name = name.strip()
        if not equals or name not in parameters:
            known = f"Its parameters are {', '.join(parameters)}" if parameters else f"It has none: use {NONE}"
            raise ParameterError(
                f"values: {part.strip()[:40]!r} names no parameter of the field", field="values", hint=known
            )
        given[name] = [_number(item, "values") for item in listed.split(",")]
    if missing := [name for name in parameters if name not in given]:
        raise ParameterError(
            f"the field has the parameter{'s' * (len(missing) > 1)} {', '.join(missing)} without a value",
            field="values",
            hint=f"Write for example: {'; '.join(f'{name} = 1/4' for name in missing)}",
        )
    if (count := math.prod(map(len, given.values()))) > MAX_VALUES:
        raise ParameterError(f"values: {count:,} combinations; at most {MAX_VALUES:,}", field="values")
    return tuple(
        tuple(zip(parameters, numbers, strict=True)) for numbers in product(*(given[name] for name in parameters))
    )


def read_starts(text: str, denominator: int, axes: tuple[str, ...]) -> tuple[tuple[Fraction, ...], ...]:
    """Return the coordinates along each axis, from the low end of its range in steps of 1/denominator.

    Raises
    ------
    ParameterError
        The text is no range for each axis, or there are too many.
    """
    found = []
    for low, high in _ranges(text, "starts", axes):
        count = math.floor((high - low) * denominator) + 1
        if count > MAX_STARTS_PER_AXIS:
            raise ParameterError(
                f"starts: {count:,} coordinates along one axis; at most {MAX_STARTS_PER_AXIS:,}", field="starts"
            )
        found.append(tuple(low + Fraction(step, denominator) for step in range(count)))
    return tuple(found)


def read_directions(text: str, axes: tuple[str, ...]) -> tuple[tuple[int, ...], ...]:
    """Return the directions in the ranges without a common factor, short ones first: a multiple has the same ray.

    Raises
    ------
    ParameterError
        The text is no range for each axis, or there are too many or none.
    """
    sides = []
    for low, high in _ranges(text, "directions", axes):
        if low.denominator != 1 or high.denominator != 1 or max(abs(low), abs(high)) > MAX_COMPONENT:
            raise ParameterError(
                f"directions: components must be integers in [{-MAX_COMPONENT}, {MAX_COMPONENT}]", field="directions"
            )
        sides.append(range(int(low), int(high) + 1))
    if (cells := math.prod(map(len, sides))) > MAX_DIRECTION_CELLS:
        raise ParameterError(
            f"directions: {cells:,} of them; at most {MAX_DIRECTION_CELLS:,}",
            field="directions",
            hint="Take smaller ranges, or one number for some axes",
        )
    found = [direction for direction in product(*sides) if math.gcd(*direction) == 1]
    if not found:
        raise ParameterError(
            "directions: only zero and multiples of other directions are in these ranges",
            field="directions",
            hint="Take a range with a step along at least one axis, such as 0..1",
        )
    return tuple(sorted(found, key=lambda direction: (sum(map(abs, direction)), direction)))


def _ranges(text: str, field: str, axes: tuple[str, ...]) -> list[tuple[Fraction, Fraction]]:
    """Return one range for each axis; a single one typed is for all of them."""
    parts = text.split(",")
    if len(parts) not in (1, len(axes)):
        raise ParameterError(
            f"{field} has {len(parts)} ranges, the field {len(axes)} axes",
            field=field,
            hint=f"Give one range for all, or one for each of {', '.join(axes)}",
        )
    found = []
    for part in parts * (len(axes) // len(parts)):
        match = _RANGE.fullmatch(part)
        if match is None:
            raise ParameterError(
                f"{field}: {part.strip()[:40]!r} is no range", field=field, hint="Write for example 1 or 0..2 or 1/4..1"
            )
        low = _number(match[1], field)
        high = _number(match[2], field) if match[2] else low
        if low > high:
            raise ParameterError(f"{field}: the range {part.strip()} is empty", field=field, hint="Lower end first")
        found.append((low, high))
    return found


def _number(text: str, field: str) -> Fraction:
    if not re.fullmatch(_NUMBER, text.strip()):
        raise ParameterError(f"{field}: {text.strip()[:40]!r} is no rational number", field=field, hint="Such as -1/4")
    try:
        value = Fraction(text.strip())
    except ZeroDivisionError:
        raise ParameterError(f"{field}: {text.strip()} divides by zero", field=field) from None
    if value.denominator > MAX_DENOMINATOR:
        raise ParameterError(f"{field}: the denominator of {text.strip()} is above {MAX_DENOMINATOR}", field=field)
    return value
