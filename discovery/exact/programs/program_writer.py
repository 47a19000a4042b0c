"""Writing programs line by line."""

from __future__ import annotations

from collections.abc import Iterable

from discovery.exact.expression import Expression
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_fields import RELATIVE
from discovery.exact.programs.program_structure import VARIABLE, Instruction

LINE_OPERATORS = {"addc": "+", "mulc": "*", "cdiv": "/", "csub": "-", "add": "+", "sub": "-", "mul": "*", "div": "/"}
"""Names of the operations of the line form; those with ``c`` have one constant."""


class ProgramWriter:
    """Instructions and constants of a program that is being written."""

    def __init__(self) -> None:
        self.constants: list[str] = []
        self.operations: list[Instruction] = []

    def constant(self, text: str) -> str:
        """Return the operand of a constant, which is added unless it is there already."""
        if text not in self.constants:
            self.constants.append(text)
        return f"c{self.constants.index(text)}"

    def apply(self, operator: str, *operands: str) -> str:
        """Append an instruction and return the operand of its result."""
        self.operations.append(Instruction(operator, operands))
        return f"v{len(self.operations) - 1}"

    def square(self, operand: str, times: int = 1) -> str:
        """Append `times` squarings, each of the result before, and return the operand of the last result."""
        for _ in range(times):
            operand = self.apply("*", operand, operand)
        return operand

    def line(self, name: str, left: str, right: str | None, constant: str | None) -> str:
        """Append one line of the line form and return the operand of its result.

        Parameters
        ----------
        name : str
            A key of `LINE_OPERATORS`: ``addc`` a + c, ``mulc`` a * c, ``cdiv`` c / a, ``csub`` c - a, ``add``,
            ``sub``, ``mul``, ``div`` a op b.
        left, right : str
            The operands a and b; no b where there is a constant.
        constant : str or None
            The constant c, as text.
        """
        operator = LINE_OPERATORS[name]
        if constant is None or right is not None:
            return self.apply(operator, left, left if right is None else right)
        number = self.constant(constant)
        return self.apply(operator, number, left) if name in ("cdiv", "csub") else self.apply(operator, left, number)

    def program(self, target: Expression, interval: tuple[Expression, Expression], error: str = RELATIVE) -> Program:
        """Return what was written as a program; the last instruction is the value."""
        return Program(target, interval, tuple(self.constants), tuple(self.operations), error)


def program_from_lines(
    target: Expression,
    interval: tuple[Expression, Expression],
    lines: Iterable[tuple[str, int, int | None, str | None]],
    error: str = RELATIVE,
) -> Program:
    """Return the program of a line form.

    Parameters
    ----------
    target, interval, error
        As of `Program`.
    lines : iterable of (name, a, b, constant)
        See `ProgramWriter.line`; values are numbered, 0 is x, i the result of line i, counted from 1.
    """
    writer = ProgramWriter()
    values = [VARIABLE]
    for name, a, b, constant in lines:
        has_constant = name in ("addc", "mulc", "cdiv", "csub")
        right = None if has_constant or b is None else values[b]
        values.append(writer.line(name, values[a], right, constant if has_constant else None))
    return writer.program(target, interval, error)
