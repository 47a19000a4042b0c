"""What is fuzzed: each target takes any bytes and may raise nothing but the errors meant for users."""

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


def expression(data: bytes) -> None:
    """The expression parser, and the polynomials behind it."""
    text = data.decode("utf-8", "replace")
    try:
        tree = parse(text, ("k",))
        assert parse(to_text(tree), ("k",)) == tree
        to_tex(tree)
        parse_polynomial(text, "k")
    except REFUSALS:
        return


def formula_file(data: bytes) -> None:
    """A file of formulas."""
    try:
        for _, item in read_objects(data):
            if not isinstance(item, InputError):
                formula_from_json(item)
    except REFUSALS:
        return


def store_file(data: bytes) -> None:
    """An export of a store."""
    try:
        check_export(io.BytesIO(data))
    except REFUSALS:
        return


def where(data: bytes) -> None:
    """The filters of the command line."""
    try:
        parse_where(data.decode("utf-8", "surrogateescape"))
    except REFUSALS:
        return


TARGETS: dict[str, Callable[[bytes], None]] = {
    "expression": expression,
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
    "formula_file": (*(_lines(item) for item in _FORMULAS), _lines(*_FORMULAS), json.dumps(_FORMULAS).encode()),
    "store_file": (_lines(_HEADER, _RUN), _lines(_HEADER), _lines(_HEADER, _RUN, {"type": "tag", "name": "x"})),
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
