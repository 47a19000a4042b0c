"""Certificates of verifications that anyone can check again."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from discovery import __version__
from discovery.errors import InputError
from discovery.exact.formula import Formula, formula_from_json
from discovery.exact.verification import Verification, verify
from discovery.search import canonical_json

SCHEMA = 1


def make_certificate(formula: Formula, verification: Verification) -> dict[str, Any]:
    """Return the certificate of a successful verification as a JSON object.

    Parameters
    ----------
    formula : Formula
        The formula that was verified.
    verification : Verification
        Its outcome.

    Returns
    -------
    dict
        ``type``, ``schema``, ``formula``, ``digits`` (those asked for), ``depth``, the two balls, ``methods``,
        ``versions``, ``created`` (UTC), and ``sha256`` over the canonical JSON text of all the rest.

    Raises
    ------
    InputError
        The verification was not successful.
    """
    if not verification.ok:
        raise InputError("only a successful verification has a certificate", hint=f"It failed: {verification.reason}")
    certificate = {
        "type": "certificate",
        "schema": SCHEMA,
        "formula": formula.to_json(),
        "digits": verification.requested,
        "depth": verification.depth,
        "formula_ball": verification.formula_ball,
        "value_ball": verification.value_ball,
        **({"bound": verification.bound} if verification.bound else {}),
        "methods": [dict(method) for method in verification.methods],
        "versions": {
            "discovery": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in ("python-flint", "mpmath", "gmpy2")},
        },
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return {**certificate, "sha256": _digest(certificate)}


def check_certificate(certificate: Mapping[str, Any]) -> Verification:
    """Return the verification of a certificate's formula, done again at the certificate's digits.

    Raises
    ------
    InputError
        Not a certificate, of a newer schema, or altered: the hash does not match.
    """
    if certificate.get("type") != "certificate":
        raise InputError("this object is not a certificate", field="type", hint='Its "type" must be "certificate"')
    if certificate.get("schema") != SCHEMA:
        raise InputError(
            f"this version reads certificates of schema {SCHEMA}; got {str(certificate.get('schema'))[:20]!r}",
            field="schema",
            hint="Use the version of the program that wrote it",
        )
    content = {key: value for key, value in certificate.items() if key != "sha256"}
    if certificate.get("sha256") != _digest(content):
        raise InputError(
            "the certificate was altered: its hash does not match its content",
            field="sha256",
            hint="Get the original file, or verify the formula again",
        )
    formula = certificate.get("formula")
    if not isinstance(formula, Mapping):
        raise InputError("the certificate has no formula", field="formula")
    digits = certificate.get("digits")
    if not isinstance(digits, int):
        raise InputError("the certificate does not say to how many digits it holds", field="digits")
    return verify(formula_from_json(formula), digits)


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()
