"""What every formula offers, and the way from a formula-file object to one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from discovery.errors import InputError
from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.fields.trajectory import Trajectory
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.exact.programs.program import Program

ContinuedFraction: TypeAlias = SignedContinuedFraction | PolynomialContinuedFraction
Limit: TypeAlias = ContinuedFraction | Trajectory
"""A formula with a value: it has an enclosure by balls, and a second evaluation of its own."""
Formula: TypeAlias = Limit | MatrixField | Program

_CLASSES: tuple[type[Formula], ...] = (
    SignedContinuedFraction,
    PolynomialContinuedFraction,
    MatrixField,
    Trajectory,
    Program,
)
KINDS: dict[str, type[Formula]] = {formula.kind: formula for formula in _CLASSES}
"""The kinds of the formula file."""


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
        return KINDS[kind].from_json(obj)
    hint = f"Kinds are: {', '.join(KINDS)}"
    if kind is None:
        raise InputError("the key 'kind' is missing", field="kind", hint=hint)
    shown = repr(kind[:40]) if isinstance(kind, str) else f"a {type(kind).__name__}"
    raise InputError(f"unknown kind {shown}", field="kind", hint=hint)
