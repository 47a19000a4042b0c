"""What every formula offers, and the way from a formula-file object to one."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

from discovery.errors import InputError

if TYPE_CHECKING:
    from typing_extensions import TypeIs

    from discovery.exact.fields.matrix_field import MatrixField
    from discovery.exact.fields.trajectory import Trajectory
    from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
    from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
    from discovery.exact.programs.program import Program

ContinuedFraction: TypeAlias = "SignedContinuedFraction | PolynomialContinuedFraction"
Limit: TypeAlias = "SignedContinuedFraction | PolynomialContinuedFraction | Trajectory"
"""A formula with a value: it has an enclosure by balls, and a second evaluation of its own."""
Formula: TypeAlias = "SignedContinuedFraction | PolynomialContinuedFraction | Trajectory | MatrixField | Program"

MATRIX_FIELD = "matrix_field"
PROGRAM = "program"

_CLASSES = {
    "signed_continued_fraction": ("fractions.signed_continued_fraction", "SignedContinuedFraction"),
    "polynomial_continued_fraction": ("fractions.polynomial_continued_fraction", "PolynomialContinuedFraction"),
    MATRIX_FIELD: ("fields.matrix_field", "MatrixField"),
    "trajectory": ("fields.trajectory", "Trajectory"),
    PROGRAM: ("programs.program", "Program"),
}
"""Module and class of a kind, imported when it is first met: all of them take as long as a short verification."""
KINDS = tuple(_CLASSES)
"""The kinds of the formula file."""


def is_field(formula: Formula) -> TypeIs[MatrixField]:
    """Return whether a formula is a matrix field, without importing what one is."""
    return formula.kind == MATRIX_FIELD


def is_program(formula: Formula) -> TypeIs[Program]:
    """Return whether a formula is a program, without importing what one is."""
    return formula.kind == PROGRAM


def formula_from_json(obj: Mapping[str, Any]) -> Formula:
    """Return the formula of a formula-file object.

    Parameters
    ----------
    obj : mapping
        Object with ``kind`` and the keys of that kind; other keys are ignored.

    Raises
    ------
    InputError
        No kind, an unknown kind, or a malformed key; ``field`` names the key.
    ProofRefused
        The matrices of a field, also of a trajectory's, do not commute.
    """
    if not isinstance(obj, Mapping):
        raise InputError("a formula must be a JSON object with the key 'kind'", field="kind")
    kind = obj.get("kind")
    if isinstance(kind, str) and kind in KINDS:
        module, name = _CLASSES[kind]
        formula_class: type[Formula] = getattr(import_module(f"discovery.exact.{module}"), name)
        return formula_class.from_json(obj)
    hint = f"Kinds are: {', '.join(KINDS)}"
    if kind is None:
        raise InputError("the key 'kind' is missing", field="kind", hint=hint)
    shown = repr(kind[:40]) if isinstance(kind, str) else f"a {type(kind).__name__}"
    raise InputError(f"unknown kind {shown}", field="kind", hint=hint)
