"""What every formula offers, and the way from a formula-file object to one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from discovery.errors import InputError
from discovery.exact.signed_continued_fraction import SignedContinuedFraction

KINDS = ("signed_continued_fraction", "polynomial_continued_fraction", "matrix_field", "trajectory", "program")

# The one kind this version reads; further kinds join as a union with the same methods.
Formula: TypeAlias = SignedContinuedFraction


def formula_from_json(obj: Mapping[str, Any]) -> Formula:
    """Return the formula of a formula-file object.

    Parameters
    ----------
    obj : mapping
        Object with ``kind`` and the keys of that kind; other keys are ignored.

    Raises
    ------
    InputError
        No kind, an unknown kind, a kind this version does not read, or a malformed key; ``field`` names the key.
    """
    if not isinstance(obj, Mapping):
        raise InputError("a formula must be a JSON object with the key 'kind'", field="kind")
    kind = obj.get("kind")
    if kind == SignedContinuedFraction.kind:
        return SignedContinuedFraction.from_json(obj)
    hint = f"This version reads: {SignedContinuedFraction.kind}"
    if kind in KINDS:
        raise InputError(f"formulas of kind {kind!r} cannot be read by this version", field="kind", hint=hint)
    if kind is None:
        raise InputError("the key 'kind' is missing", field="kind", hint=hint)
    shown = repr(kind[:40]) if isinstance(kind, str) else f"a {type(kind).__name__}"
    raise InputError(f"unknown kind {shown}", field="kind", hint=f"Kinds are: {', '.join(KINDS)}")
