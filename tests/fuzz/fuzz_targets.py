"""What is fuzzed: each target takes any bytes, raises nothing but a fault, and returns whether they were taken."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

from discovery.errors import InputError, LimitExceeded, NotConvergent, PrecisionLost, ProofRefused
from discovery.exact.expression import parse, to_text
from discovery.exact.formula import formula_from_json
from discovery.exact.formula_file import read_objects
from discovery.exact.polynomial import parse_polynomial
from discovery.exact.tex import to_tex
from discovery.store.merging import check_export
from discovery.store.migrate import REVISIONS
from discovery.store.where import parse_where

REFUSALS = (InputError, LimitExceeded, NotConvergent, PrecisionLost, ProofRefused)


def expression(data: bytes) -> bool:
    """The expression parser, and what is written from its trees."""
    try:
        tree = parse(data.decode("utf-8", "replace"), ("k",))
        assert parse(to_text(tree), ("k",)) == tree
        to_tex(tree)
    except REFUSALS:
        return False
    return True


def polynomial(data: bytes) -> bool:
    """Polynomials with rational coefficients."""
    try:
        parse_polynomial(data.decode("utf-8", "replace"), "k")
    except REFUSALS:
        return False
    return True


def formula_file(data: bytes) -> bool:
    """A file of formulas."""
    try:
        for _, item in read_objects(data):
            if isinstance(item, InputError):
                return False
            formula_from_json(item)
    except REFUSALS:
        return False
    return True


def store_file(data: bytes) -> bool:
    """An export of a store."""
    try:
        check_export(io.BytesIO(data))
    except REFUSALS:
        return False
    return True


def where(data: bytes) -> bool:
    """The filters of the command line."""
    try:
        parse_where(data.decode("utf-8", "surrogateescape"))
    except REFUSALS:
        return False
    return True


TARGETS: dict[str, Callable[[bytes], bool]] = {
    "expression": expression,
    "polynomial": polynomial,
    "formula_file": formula_file,
    "store_file": store_file,
    "where": where,
}

_SIGNED = {"kind": "signed_continued_fraction", "value": "e", "b": [1], "a_start": [2], "a": ["1", "2*k+2", "1"]}
_POLYNOMIAL = {"kind": "polynomial_continued_fraction", "value": "4/pi", "a": "2*n+1", "b": "n^2"}
_FIELD = {"kind": "matrix_field", "axes": ["x"], "matrices": {"x": [["1", "x"], ["1/x", "0"]]}}
_TRAJECTORY = {"kind": "trajectory", "field": _FIELD, "start": ["1"], "direction": [1], "value": "e"}
_PROGRAM = {
    "kind": "program", "target": "exp(x)", "interval": ["-1/2", "1/2"], "error": "relative", "format": "real",
    "constants": ["1", "0.5"], "operations": [["*", "x", "c1"], ["+", "v0", "c0"]], "max_error": "0.01",
}  # fmt: skip
_RUN = {
    "type": "run", "id": 1, "search": "esma", "search_version": 1, "description": "x", "parameters": {}, "seed": 0,
    "state": "done", "cursor": 1, "total": 1, "candidates": 1, "findings": 0, "undecided": 0, "rejected": 0,
    "kernel_seconds": 0.0, "active_seconds": 0.0, "attempt": 1, "cancel_requested": False, "created": 1.0,
    "app_version": "0", "code_hash": "0", "checkpoint": "AAAA",
}  # fmt: skip
_KEY = formula_from_json(_SIGNED).key()
_FINDING = {
    "type": "finding", "id": "d7b07ce83713", "kind": _SIGNED["kind"], "canonical_key": _KEY,
    "subject": "e", "cluster": "e", "formula": _SIGNED, "status": "verified", "digits": 100, "surplus_digits": 97.6,
    "complexity": 2.4, "digits_per_term": 2.1, "created": 1.0, "first_run": 1,
}  # fmt: skip
_TAG = {"type": "tag", "finding_id": _FINDING["id"], "name": "to do"}
_HEADER = {"type": "store", "format": 1, "schema": REVISIONS[-1]}
_FORMULAS = [_SIGNED, _POLYNOMIAL, _FIELD, _TRAJECTORY, _PROGRAM]


def _lines(*items: object) -> bytes:
    return "\n".join(map(json.dumps, items)).encode()


SEEDS: dict[str, tuple[bytes, ...]] = {
    "expression": (
        b"pi^2/6",
        b"-2^-3*(k+1)**2",
        b"sqrt(2)+exp(1/3)",
        b"hurwitz(3,1/4)-L(-3,2)",
        b"0.5*k^3-1/7*k",
        b"((1))",
    ),
    "polynomial": (b"-2^-3*(k+1)**2", b"0.5*k^3-1/7*k", b"((1))", b"34*k^3+51*k^2+27*k+5"),
    "formula_file": (*(_lines(item) for item in _FORMULAS), _lines(*_FORMULAS), json.dumps(_FORMULAS).encode()),
    "store_file": (_lines(_HEADER, _RUN), _lines(_HEADER), _lines(_HEADER, _RUN, _FINDING, _TAG)),
    "where": (b'constant=e and digits>=50 and tag="to do"', b"date>=2026-01-31 and surplus>=-1.5", b"favourite=yes"),
}
"""Input that is taken, for each target."""
WORDS = (
    b"9" * 300, b"^", b"**", b"(", b")", b"/0", b"-", b",", b"1e999", b"\x00", b"\xff", b"\xf0\x9f\x98\x80", b'"',
    b"null", b"true", b"[]", b"{}", b"-1", b"1.5", b"NaN", b"Infinity", b"[" * 2000, b"{" * 2000, b" and ", b">=",
    b"\n", b"\\",
    b"__import__('os')", b"\xed\xa0\x80", b"\\ud800", b"1" * 5000, b"zeta(", b"x^x", b"k^1000", b"value", b"kind",
)  # fmt: skip
"""What is likely to be taken wrongly."""
