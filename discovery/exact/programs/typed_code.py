"""Straight-line code over binary32, binary64 and integers: what a kernel does to one number, without branches.

Every operation is one that C, CUDA, Numba, NumPy and LLVM have with the same result to the last bit, so that one piece
of code can be interpreted, compiled and printed in all of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from discovery.errors import InputError
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_fields import FLOAT32
from discovery.exact.programs.program_function import shipped_constants
from discovery.exact.programs.program_structure import VARIABLE, live

SINGLE, DOUBLE, WORD, LONG = "float32", "float64", "uint32", "uint64"
FLOATS, INTEGERS = (SINGLE, DOUBLE), (WORD, LONG)

OPERAND_COUNTS = {
    **dict.fromkeys(("+", "-", "*", "/", "min", "max"), 2),
    **dict.fromkeys(("sqrt", "abs", "negate"), 1),
    "fma": 3,
    **dict.fromkeys(("add", "subtract", "and", "or", "xor", "left", "right"), 2),
    **dict.fromkeys(("bits", "number", "widen", "narrow", "convert"), 1),
    **dict.fromkeys(("if_less", "if_equal"), 4),
}
"""Operators with their numbers of operands.

Floats: ``+ - * / sqrt abs negate``, ``fma`` (binary32: a*b + c rounded once), ``min`` (a < b ? a : b) and ``max``
(a > b ? a : b). Integers, modulo 2^32 or 2^64: ``add subtract and or xor``, ``left`` and ``right`` (arithmetic) by a
constant. ``bits`` of a float, the ``number`` with given bits, ``widen`` to binary64, ``narrow`` to binary32,
``convert`` from a signed 32-bit integer to binary32. ``if_less`` (a < b ? c : d; integers as signed) and ``if_equal``.
"""

_WIDTH_TWIN = {SINGLE: WORD, WORD: SINGLE, DOUBLE: LONG, LONG: DOUBLE}
_ON_FLOATS = frozenset(("+", "-", "*", "/", "min", "max", "sqrt", "abs", "negate", "fma"))
_ON_INTEGERS = frozenset(("add", "subtract", "and", "or", "xor", "left", "right"))
_CONVERSIONS = {"widen": (SINGLE, DOUBLE), "narrow": (DOUBLE, SINGLE), "convert": (WORD, SINGLE)}


class TypedLine(NamedTuple):
    """One operation.

    Parameters
    ----------
    operator : str
        A key of `OPERAND_COUNTS`.
    operands : tuple of str
        ``x``; ``c0``, ``c1``, ... constants; ``v0``, ``v1``, ... results of earlier lines.
    kind : str
        Type of the result: ``float32``, ``float64``, ``uint32`` or ``uint64``.
    """

    operator: str
    operands: tuple[str, ...]
    kind: str


class TypedConstant(NamedTuple):
    """A constant: its type, and its exact value."""

    kind: str
    value: float | int


@dataclass(frozen=True)
class TypedCode:
    """Straight-line code from one binary32 number to another.

    Parameters
    ----------
    constants : tuple of TypedConstant
        c0, c1, ...
    lines : tuple of TypedLine
        v0, v1, ...; the last is the value, of type float32.
    coefficients : tuple of int
        Numbers of the constants that came with a program, in its order; the others belong to the method.
    """

    constants: tuple[TypedConstant, ...]
    lines: tuple[TypedLine, ...]
    coefficients: tuple[int, ...] = ()

    def kind(self, operand: str) -> str:
        """Return the type of an operand."""
        if operand == VARIABLE:
            return SINGLE
        index = int(operand[1:])
        return self.constants[index].kind if operand[0] == "c" else self.lines[index].kind

    def uses_double(self) -> bool:
        """Return whether some of the arithmetic is binary64."""
        return any(line.kind == DOUBLE for line in self.lines)


class CodeWriter:
    """Code that is being written; ``write(operator, ...)`` appends a line and returns the operand of its result."""

    def __init__(self) -> None:
        self.constants: list[TypedConstant] = []
        self.lines: list[TypedLine] = []
        self.coefficients: list[int] = []

    def __call__(self, operator: str, *operands: str | float) -> str:
        """Append a line; Python numbers among the operands become constants of the type of the others.

        Raises
        ------
        ValueError
            The types do not fit the operator, or a number is not one of the type.
        """
        if OPERAND_COUNTS[operator] != len(operands):
            raise ValueError(f"{operator} takes {OPERAND_COUNTS[operator]} operands; got {len(operands)}")
        if operator in ("if_less", "if_equal"):
            compared, chosen = self._same_kind(operands[:2]), self._same_kind(operands[2:])
            return self._append(operator, (*compared, *chosen), self._kind(chosen[0]))
        names = self._same_kind(operands)
        kind = self._kind(names[0])
        if operator in _CONVERSIONS:
            source, result = _CONVERSIONS[operator]
            fits = kind == source
        elif operator in ("bits", "number"):
            result, fits = _WIDTH_TWIN[kind], (kind in FLOATS) == (operator == "bits")
        else:
            result, fits = kind, kind in (FLOATS if operator in _ON_FLOATS else INTEGERS)
        if not fits or (operator == "fma" and kind != SINGLE):
            raise ValueError(f"{operator} does not take {kind}")
        return self._append(operator, tuple(names), result)

    def constant(self, kind: str, value: float) -> str:
        """Return the operand of a constant, which is added unless it is there already."""
        if kind in FLOATS:
            fits = kind == DOUBLE or float(np.float32(value)) == value or math.isnan(value)
        else:
            fits = isinstance(value, int) and 0 <= value < 2 ** (32 if kind == WORD else 64)
        if not fits:
            raise ValueError(f"{value!r} is no {kind}")
        for index, known in enumerate(self.constants):
            if index not in self.coefficients and known.kind == kind and repr(known.value) == repr(value):
                return f"c{index}"
        self.constants.append(TypedConstant(kind, value))
        return f"c{len(self.constants) - 1}"

    def program(self, program: Program, argument: str) -> str:
        """Append the operations of a program with `argument` in the place of x, and return the operand of its value.

        Parameters
        ----------
        program : Program
            Its constants are rounded to the type of the argument. The format must be float32 for a float32 argument
            and real for a float64 one.
        argument : str
            An operand.
        """
        kind = self._kind(argument)
        if (kind == SINGLE) != (program.number_format == FLOAT32):
            raise ValueError(f"a program of format {program.number_format} for a {kind} argument")
        names = {VARIABLE: argument}
        for index, value in enumerate(shipped_constants(program)):
            # Never merged with an equal constant: another choice of coefficients has the same code.
            self.coefficients.append(len(self.constants))
            names[f"c{index}"] = f"c{len(self.constants)}"
            self.constants.append(TypedConstant(kind, float(value)))
        needed = live(program.operations)
        for index, ((operator, operands), wanted) in enumerate(zip(program.operations, needed, strict=True)):
            if wanted:
                names[f"v{index}"] = self(operator, *[names[operand] for operand in operands])
        return names[f"v{len(program.operations) - 1}"]

    def code(self, result: str) -> TypedCode:
        """Return what was written and is needed for `result`; it must be of type float32."""
        if self._kind(result) != SINGLE:
            raise ValueError(f"the value must be float32; got {self._kind(result)}")
        if result[0] != "v":
            result = self("+", result, -0.0)
        return _pruned(self, int(result[1:]))

    def _append(self, operator: str, operands: tuple[str, ...], kind: str) -> str:
        line = TypedLine(operator, operands, kind)
        if line in self.lines:
            return f"v{self.lines.index(line)}"
        self.lines.append(line)
        return f"v{len(self.lines) - 1}"

    def _kind(self, operand: str) -> str:
        return TypedCode(tuple(self.constants), tuple(self.lines)).kind(operand)

    def _same_kind(self, operands: Sequence[str | float]) -> list[str]:
        named = [operand for operand in operands if isinstance(operand, str)]
        kind = self._kind(named[0]) if named else SINGLE
        if any(self._kind(operand) != kind for operand in named):
            raise ValueError(f"operands of different types: {operands}")
        return [operand if isinstance(operand, str) else self.constant(kind, operand) for operand in operands]


def code_of_program(program: Program) -> TypedCode:
    """Return the code of a program of format float32: its operations in binary32, one rounding each.

    Raises
    ------
    InputError
        The program is in real arithmetic, or a constant is beyond the range of binary32.
    """
    if program.number_format != FLOAT32:
        raise InputError(f"the program has format {program.number_format}, not {FLOAT32}", field="format")
    write = CodeWriter()
    return write.code(write.program(program, VARIABLE))


def _pruned(write: CodeWriter, result: int) -> TypedCode:
    needed: set[str] = {f"v{result}"}
    for index in range(result, -1, -1):
        if f"v{index}" in needed:
            needed.update(write.lines[index].operands)
    names: dict[str, str] = {VARIABLE: VARIABLE}
    constants: list[TypedConstant] = []
    coefficients: list[int] = []
    for index, constant in enumerate(write.constants):
        if f"c{index}" in needed:
            names[f"c{index}"] = f"c{len(constants)}"
            coefficients += [len(constants)] if index in write.coefficients else []
            constants.append(constant)
    kept: list[TypedLine] = []
    for index, line in enumerate(write.lines[: result + 1]):
        if f"v{index}" in needed:
            names[f"v{index}"] = f"v{len(kept)}"
            kept.append(line._replace(operands=tuple(names[operand] for operand in line.operands)))
    return TypedCode(tuple(constants), tuple(kept), tuple(coefficients))


def numpy_constant(constant: TypedConstant) -> Any:
    """Return a constant as a NumPy scalar of its type."""
    return np.dtype(constant.kind).type(constant.value)
