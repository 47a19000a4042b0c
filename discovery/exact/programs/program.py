"""Straight-line programs that approximate a function: the claim, as in a formula file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

from discovery.exact.expression import Expression, to_text
from discovery.exact.programs.program_fields import REAL, RELATIVE, constant_value, fields_from_json
from discovery.exact.programs.program_structure import Instruction, canonical, count_operations, structure_digest
from discovery.search import canonical_json


@dataclass(frozen=True)
class Program:
    """The claim that a straight-line program computes a function on an interval up to an error.

    Parameters
    ----------
    target : Expression
        The function, an expression in ``x``.
    interval : tuple of (Expression, Expression)
        Its closed interval, two constant expressions, ascending.
    constants : tuple of str
        c0, c1, ...: decimals or hexadecimal floats, as written.
    operations : tuple of Instruction
        v0, v1, ...; the last one is the value and depends on x.
    error : str
        ``relative`` (``|p/f - 1|``) or ``absolute`` (``|p - f|``).
    number_format : str
        ``real``: exact arithmetic on the constants as written. ``float32``: binary32 arithmetic, constants rounded to
        the nearest binary32 number.
    max_error : str or None
        Claimed bound of the error over the interval in real arithmetic, a decimal; ``None`` if nothing is claimed.
    max_ulp : str or None
        For ``float32``: claimed bound in units in the last place.

    Notes
    -----
    In real arithmetic a division by zero at single points is meant as a limit: the value is that of the function
    without the gap, see `discovery.exact.programs.program_function.rational_form`.

    References
    ----------
    Real et al., "AutoNumerics-Zero: Automated Discovery of State-of-the-Art Mathematical Functions",
    arXiv:2312.08472.
    """

    target: Expression
    interval: tuple[Expression, Expression]
    constants: tuple[str, ...]
    operations: tuple[Instruction, ...]
    error: str = RELATIVE
    number_format: str = REAL
    max_error: str | None = None
    max_ulp: str | None = None

    kind: ClassVar[str] = "program"

    @classmethod
    def from_json(cls, obj: Mapping[str, Any]) -> Program:
        """Return the program of a formula-file object.

        Parameters
        ----------
        obj : mapping
            Keys ``target``, ``interval``, ``operations``; ``constants`` (absent: none), ``error`` (absent: relative),
            ``format`` (absent: real), ``max_error`` and ``max_ulp`` (absent: no claim); other keys are ignored.

        Raises
        ------
        InputError
            A key is missing or malformed; ``field`` and the message name it.
        """
        return cls(**fields_from_json(obj))

    def to_json(self) -> dict[str, Any]:
        """Return the formula-file object."""
        obj: dict[str, Any] = {
            "kind": self.kind,
            "target": to_text(self.target),
            "interval": [to_text(end) for end in self.interval],
            "error": self.error,
            "format": self.number_format,
            "constants": list(self.constants),
            "operations": [[operator, *operands] for operator, operands in self.operations],
        }
        claims = {"max_error": self.max_error, "max_ulp": self.max_ulp}
        return obj | {name: claim for name, claim in claims.items() if claim is not None}

    def key(self) -> str:
        """Return the canonical key: equal for programs that differ in dead code, order, names or repeated parts."""
        operations, constants = canonical(self.operations, self.constant_values)
        content = {"constants": [str(value) for value in constants], "operations": [[o, *a] for o, a in operations]}
        return canonical_json({**self.to_json(), "max_error": None, "max_ulp": None, **content})

    def structure_key(self) -> str:
        """Return the key of the shape: blind to constants, signs, order and association of sums and products."""
        return structure_digest(self.operations)

    def operator_counts(self) -> dict[str, int]:
        """Return how often each operator occurs among the instructions that are needed and depend on x."""
        return count_operations(self.operations)

    def operation_count(self) -> int:
        """Return the number of operations by the published rule; see `program_structure.count_operations`."""
        return sum(self.operator_counts().values())

    def complexity(self) -> float:
        """Return the operation count, as a float."""
        return float(self.operation_count())

    def with_constants(self, constants: tuple[str, ...]) -> Program:
        """Return the program with other constants, and without its claims."""
        return replace(self, constants=constants, max_error=None, max_ulp=None)

    def with_claim(self, max_error: str) -> Program:
        """Return the program with another claimed bound of its error in real arithmetic."""
        return replace(self, max_error=max_error)

    @cached_property
    def constant_values(self) -> tuple[Fraction, ...]:
        """Exact values of the constants as written."""
        return tuple(constant_value(text) for text in self.constants)
