"""Reading the keys of a program in the formula file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from discovery.errors import ExpressionError, InputError
from discovery.exact.expression import Expression, parse
from discovery.exact.programs.program_structure import ARITY, VARIABLE, Instruction, depends_on_variable

RELATIVE, ABSOLUTE = "relative", "absolute"
REAL, FLOAT32 = "real", "float32"
MAX_OPERATIONS = 100
MAX_CONSTANTS = 100
MAX_CONSTANT_CHARACTERS = 120
MAX_TEN_EXPONENT = 400
MAX_TWO_EXPONENT = 1200

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE](?P<exponent>[+-]?[0-9]{1,5}))?")
_HEXADECIMAL = re.compile(
    r"(?P<sign>[+-]?)0[xX](?P<whole>[0-9a-fA-F]+)\.?(?P<part>[0-9a-fA-F]*)(?:[pP](?P<exponent>[+-]?[0-9]{1,5}))?"
)
_OPERAND = re.compile(r"x|(?P<kind>[cv])(?P<index>0|[1-9][0-9]{0,2})")
_NEEDS = "A program needs target, interval, constants and operations"


def fields_from_json(obj: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a program, by name, from a formula-file object.

    Raises
    ------
    InputError
        A key is missing or malformed; ``field`` and the message name it.
    """
    constants = tuple(_constant(raw, number) for number, raw in enumerate(_entries(obj, "constants", 0, MAX_CONSTANTS)))
    operations: list[Instruction] = []
    for raw in _entries(obj, "operations", 1, MAX_OPERATIONS):
        operations.append(_instruction(raw, len(operations), len(constants)))
    if not depends_on_variable(operations)[-1]:
        raise InputError("the last operation does not depend on x", field="operations", hint="Its result is the value")
    return {
        "target": _expression(obj, "target", (VARIABLE,)),
        "interval": _interval(obj),
        "constants": constants,
        "operations": tuple(operations),
        "error": _choice(obj, "error", (RELATIVE, ABSOLUTE)),
        "number_format": _choice(obj, "format", (REAL, FLOAT32)),
        "max_error": _claim(obj, "max_error"),
        "max_ulp": _claim(obj, "max_ulp"),
    }


def constant_value(text: str) -> Fraction:
    """Return the exact value of a decimal such as ``-1.5e-3`` or of a hexadecimal float such as ``0x1.8p-1``.

    Raises
    ------
    InputError
        It is neither, too long, or its exponent is beyond 400 (decimal) or 1200 (binary).

    Examples
    --------
    >>> constant_value("0.1"), constant_value("0x1.999999999999ap-4") == 0.1
    (Fraction(1, 10), True)
    """
    if len(text) > MAX_CONSTANT_CHARACTERS:
        raise InputError(f"a number of {len(text)} characters; at most {MAX_CONSTANT_CHARACTERS} are read")
    if match := _DECIMAL.fullmatch(text):
        _check_exponent(match, MAX_TEN_EXPONENT, text)
        return Fraction(text)
    if match := _HEXADECIMAL.fullmatch(text):
        exponent = _check_exponent(match, MAX_TWO_EXPONENT, text)
        digits = int(match["whole"] + match["part"], 16) * (-1 if match["sign"] == "-" else 1)
        return digits * Fraction(2) ** (exponent - 4 * len(match["part"]))
    raise InputError(f"{_shown(text)} is not a number", hint="Write a decimal or a hexadecimal float such as 0x1.8p-1")


def _check_exponent(match: re.Match[str], largest: int, text: str) -> int:
    exponent = int(match["exponent"] or 0)
    if abs(exponent) > largest:
        raise InputError(f"the exponent of {_shown(text)} is beyond {largest}")
    return exponent


def _constant(raw: Any, number: int) -> str:
    if not isinstance(raw, str):
        raise InputError(
            f"constants: entry {number} must be a string; got {_shown(raw)}",
            field="constants",
            hint="Strings keep every digit: a decimal, or a hexadecimal float such as 0x1.8p-1",
        )
    try:
        constant_value(raw)
    except InputError as error:
        raise InputError(f"constants: entry {number}: {error.message}", field="constants", hint=error.hint) from None
    return raw


def _claim(obj: Mapping[str, Any], key: str) -> str | None:
    raw = obj.get(key)
    if raw is None:
        return None
    text = repr(raw) if isinstance(raw, int | float) and not isinstance(raw, bool) else raw
    try:
        positive = isinstance(text, str) and constant_value(text) > 0
    except InputError:
        positive = False
    if not positive:
        raise InputError(f"{key} must be a positive number; got {_shown(raw)}", field=key)
    return str(text)


def _instruction(raw: Any, number: int, constants: int) -> Instruction:
    def refuse(message: str, hint: str | None = None) -> InputError:
        return InputError(f"operations: entry {number}: {message}", field="operations", hint=hint)

    if not isinstance(raw, list | tuple) or not raw or not all(isinstance(part, str) for part in raw):
        raise refuse(f"a list of strings is wanted; got {_shown(raw)}", 'Write for example ["+", "x", "c0"]')
    operator, *operands = raw
    if operator not in ARITY:
        raise refuse(f"unknown operator {_shown(operator)}", f"Operators are {' '.join(ARITY)}")
    if len(operands) != ARITY[operator]:
        raise refuse(f"{operator} takes {ARITY[operator]} operands; got {len(operands)}")
    for operand in operands:
        match = _OPERAND.fullmatch(operand)
        if match is None:
            raise refuse(f"unknown operand {_shown(operand)}", "Operands are x, c0, c1, ... and v0, v1, ...")
        if match["kind"] == "c" and int(match["index"]) >= constants:
            raise refuse(f"{operand} is used, but there are {constants} constants")
        if match["kind"] == "v" and int(match["index"]) >= number:
            raise refuse(f"{operand} is used before it is computed")
    return Instruction(operator, tuple(operands))


def _interval(obj: Mapping[str, Any]) -> tuple[Expression, Expression]:
    raw = _required(obj, "interval")
    if not isinstance(raw, list | tuple) or len(raw) != 2:
        raise InputError(f"interval must be a list of two expressions; got {_shown(raw)}", field="interval")
    lower, upper = (_parsed(end, "interval", ()) for end in raw)
    return lower, upper


def _expression(obj: Mapping[str, Any], key: str, variables: tuple[str, ...]) -> Expression:
    return _parsed(_required(obj, key), key, variables)


def _parsed(raw: Any, key: str, variables: tuple[str, ...]) -> Expression:
    if isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) < 10**100:
        raw = str(raw)
    if not isinstance(raw, str):
        raise InputError(f"{key} must be an expression as a string; got {_shown(raw)}", field=key)
    try:
        return parse(raw, variables)
    except ExpressionError as error:
        hint = f"The entry is {_shown(raw)}" + (f". {error.hint}" if error.hint else "")
        raise InputError(f"{key}: {error.message}", field=key, hint=hint) from None


def _choice(obj: Mapping[str, Any], key: str, choices: tuple[str, ...]) -> str:
    raw = obj.get(key, choices[0])
    if raw not in choices:
        raise InputError(f"{key} must be {' or '.join(choices)}; got {_shown(raw)}", field=key)
    return str(raw)


def _entries(obj: Mapping[str, Any], key: str, minimum: int, maximum: int) -> list[Any]:
    raw = obj.get(key, []) if minimum == 0 else _required(obj, key)
    if not isinstance(raw, list | tuple) or not minimum <= len(raw) <= maximum:
        what = f"{len(raw)} entries" if isinstance(raw, list | tuple) else _shown(raw)
        raise InputError(f"{key} must be a list of {minimum} to {maximum} entries; got {what}", field=key)
    return list(raw)


def _required(obj: Mapping[str, Any], key: str) -> Any:
    if key not in obj:
        raise InputError(f"the key {key!r} is missing", field=key, hint=_NEEDS)
    return obj[key]


def _shown(raw: Any) -> str:
    if isinstance(raw, int) and raw.bit_length() > 200:
        return f"an integer of {raw.bit_length()} bits"
    text = repr(raw[:50] if isinstance(raw, str | list | tuple) else raw)
    return text if len(text) <= 60 else f"{text[:57]}..."
