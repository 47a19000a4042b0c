"""Genomes: a core of lines with at most one constant each, inside a wrapping; to programs and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from typing import TypeAlias

import numpy as np

from discovery.approximation.interpreter import (
    ADD,
    ADDC,
    CDIV,
    CSUB,
    DIV,
    MAX_LINES,
    MUL,
    MULC,
    SUB,
    UNARY,
    Floats,
    Integers,
)
from discovery.approximation.remez import BITS
from discovery.approximation.samples import Samples
from discovery.approximation.wrapping import Wrapping
from discovery.exact.precision import working_precision
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_fields import constant_value
from discovery.exact.programs.program_structure import VARIABLE, Instruction, depends_on_variable, live
from discovery.exact.programs.program_writer import ProgramWriter

LINE_NAMES = ("addc", "mulc", "cdiv", "csub", "add", "sub", "mul", "div")
"""Names of the operations of `interpreter`, in their order, as `ProgramWriter.line` takes them."""
_DIGITS = 36

Line: TypeAlias = tuple[int, int, int, Fraction | None]
"""Operation, numbers of its operands (0 the variable, i the result of line i, from 1), and its constant."""


@dataclass(frozen=True)
class Genome:
    """A program as a search sees it.

    Parameters
    ----------
    lines : tuple of Line
        The core.
    kind : int
        Which wrapping of its `Samples` is around it.
    """

    lines: tuple[Line, ...]
    kind: int

    def operation_count(self, samples: Samples) -> int:
        """Return the number of operations by the published rule, those of the wrapping included."""
        return len(self.lines) + samples.wrappings[self.kind].operations


def from_arrays(codes: Integers, constants: Floats, count: int, kind: int) -> Genome:
    """Return the genome of arrays as in `archive.Archive`, constants as exact sums of their two parts."""
    lines: list[Line] = []
    for i in range(count):
        operation, a, b = (int(part) for part in codes[:, i])
        if operation < UNARY:
            lines.append((operation, a, 0, Fraction(float(constants[0, i])) + Fraction(float(constants[1, i]))))
        else:
            lines.append((operation, a, b, None))
    return Genome(tuple(lines), kind)


def to_arrays(genome: Genome) -> tuple[Integers, int, Floats]:
    """Return code, number of lines and constants of a genome, each constant rounded to two float64 numbers."""
    code, constants = np.zeros((3, MAX_LINES), np.int64), np.zeros((2, MAX_LINES))
    for i, (operation, a, b, constant) in enumerate(genome.lines):
        code[:, i] = operation, a, b
        if constant is not None:
            high = float(constant)
            constants[:, i] = high, float(constant - Fraction(high))
    return code, len(genome.lines), constants


def to_program(genome: Genome, samples: Samples) -> Program:
    """Return the program of a genome: variable of the wrapping, core, squarings and factor written out."""
    wrapping, target = samples.wrappings[genome.kind], samples.target
    writer = ProgramWriter()
    with working_precision(BITS):
        variable, factor = wrapping.write_variable(writer)
        doublings = [value.str(_DIGITS, radius=False, more=True) for value in wrapping.doubling_constants()]
    values = [variable]
    for operation, a, b, constant in genome.lines:
        right = None if operation < UNARY else values[b]
        text = None if constant is None else _text(constant)
        values.append(writer.line(LINE_NAMES[operation], values[a], right, text))
    wrapping.write_result(writer, values[-1], factor, doublings)
    return writer.program(target.expression, target.interval, target.error)


def fixed_constants(genome: Genome, samples: Samples) -> tuple[int, ...]:
    """Return the indices of the constants of `to_program` that must stay: for a zero at 1, those of x - 1."""
    writer = ProgramWriter()
    with working_precision(BITS):
        samples.wrappings[genome.kind].write_variable(writer)
    return tuple(range(len(writer.constants)))


def from_program(program: Program, samples: Samples) -> Genome | None:
    """Return a genome that computes a program, or ``None`` if its operations or their number do not allow it.

    Parameters
    ----------
    program : Program
        For the target of the samples.
    samples : Samples

    Notes
    -----
    Operations on constants alone are folded. What a wrapping of the samples does, and squarings, goes into the
    wrapping; the one that leaves the shortest core is taken.
    """
    lines = _lines(program.operations, program.constant_values)
    if lines is None:
        return None
    found: list[Genome] = []
    for kind, wrapping in enumerate(samples.wrappings):
        core = None if wrapping.doublings else _core(lines, wrapping)
        for _ in range(wrapping.squarings):
            core = core[:-1] if core is not None and _is_square(core) else None
        if core is not None and len(core) <= MAX_LINES:
            found.append(Genome(tuple(core), kind))
    return min(found, key=lambda genome: len(genome.lines), default=None)


def _lines(operations: Sequence[Instruction], constants: Sequence[Fraction]) -> list[Line] | None:
    """Return the needed operations that depend on x in line form, ``None`` where that is not possible."""
    known: dict[str, Fraction] = {f"c{i}": value for i, value in enumerate(constants)}
    numbers = {VARIABLE: 0}
    lines: list[Line] = []
    needed, depends = live(operations), depends_on_variable(operations)
    for index, (operator, operands) in enumerate(operations):
        if not needed[index]:
            continue
        if operator not in ("+", "-", "*", "/"):
            return None
        name, (left, right) = f"v{index}", operands
        if not depends[index]:
            if operator == "/" and known[right] == 0:
                return None
            known[name] = _folded(operator, known[left], known[right])
            continue
        line = _line(operator, known.get(left), known.get(right), numbers.get(left, 0), numbers.get(right, 0))
        if line is None:
            return None
        lines.append(line)
        numbers[name] = len(lines)
    return lines


def _folded(operator: str, left: Fraction, right: Fraction) -> Fraction:
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    return left * right if operator == "*" else left / right


def _line(operator: str, left: Fraction | None, right: Fraction | None, a: int, b: int) -> Line | None:
    if left is None and right is None:
        return {"+": ADD, "-": SUB, "*": MUL, "/": DIV}[operator], a, b, None
    constant, value = (right, a) if left is None else (left, b)
    assert constant is not None
    if operator == "+":
        return ADDC, value, 0, constant
    if operator == "*":
        return MULC, value, 0, constant
    if left is None:
        if operator == "-":
            return ADDC, value, 0, -constant
        return None if constant == 0 else (MULC, value, 0, 1 / constant)
    return CSUB if operator == "-" else CDIV, value, 0, constant


def _core(lines: list[Line], wrapping: Wrapping) -> list[Line] | None:
    """Return the lines inside a wrapping, squarings not counted, or ``None`` if the lines are not wrapped so."""
    writer = ProgramWriter()
    with working_precision(BITS):
        variable, factor = wrapping.write_variable(writer)
    numbers = [0]
    if writer.operations:
        # A product of both at the end, so that both count as needed.
        writer.apply("*", variable, variable if factor is None else factor)
        before = _lines(writer.operations, [constant_value(text) for text in writer.constants])
        assert before is not None
        for operation, a, b, constant in before[:-1]:
            line = (operation, numbers[a], numbers[b] if operation >= UNARY else 0, constant)
            if line not in lines:
                return None
            numbers.append(lines.index(line) + 1)
    if factor is not None:
        around = numbers[0 if factor == VARIABLE else int(factor[1:]) + 1]
        operation, a, b, _ = lines[-1]
        if operation != MUL or sorted((a, b)) != sorted((around, len(lines) - 1)):
            return None
        lines = lines[:-1]
    new = {numbers[0 if variable == VARIABLE else int(variable[1:]) + 1]: 0}
    core: list[Line] = []
    for value, (operation, a, b, constant) in enumerate(lines, start=1):
        if value in numbers:
            continue
        if a not in new or (operation >= UNARY and b not in new):
            return None
        core.append((operation, new[a], new[b] if operation >= UNARY else 0, constant))
        new[value] = len(core)
    return core or None


def _is_square(lines: list[Line]) -> bool:
    operation, a, b, _ = lines[-1]
    return len(lines) > 1 and operation == MUL and a == b == len(lines) - 1


def _text(constant: Fraction) -> str:
    """Return a constant as a decimal: exactly that of a float64 number, otherwise to 36 digits."""
    if Fraction(float(constant)) == constant:
        return repr(float(constant))
    return str(Context(prec=_DIGITS).divide(Decimal(constant.numerator), Decimal(constant.denominator)))
