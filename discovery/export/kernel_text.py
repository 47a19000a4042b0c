"""Typed code as statements of a language, from one template for every operator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from discovery.exact.programs.typed_code import INTEGERS, TypedCode, TypedConstant

Constant = Callable[[TypedConstant], str]


@dataclass(frozen=True)
class Language:
    """How a language writes the operators of typed code.

    Parameters
    ----------
    templates : mapping of str to str
        By operator, or by ``operator:type`` of the first operand; ``{0}``, ``{1}``, ... are the operands.
    constant : callable
        The text of a constant.
    """

    templates: Mapping[str, str]
    constant: Constant

    def statement(self, code: TypedCode, index: int) -> str:
        """Return the right side of the assignment for one line."""
        line = code.lines[index]
        operands = [
            self.constant(code.constants[int(operand[1:])]) if operand[0] == "c" else operand
            for operand in line.operands
        ]
        source = code.kind(line.operands[0])
        template = self.templates.get(f"{line.operator}:{source}") or self.templates[line.operator]
        return template.format(*operands)

    def statements(self, code: TypedCode) -> list[str]:
        """Return the right sides for v0, v1, ..."""
        return [self.statement(code, index) for index in range(len(code.lines))]


def is_integer(constant: TypedConstant) -> bool:
    """Return whether a constant is of an integer type."""
    return constant.kind in INTEGERS
