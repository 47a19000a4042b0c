"""The command that checks formulas and certificates: ``verify``."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from discovery.cli.output import Output, message
from discovery.errors import DiscoveryError, InputError
from discovery.exact.formula_file import MAX_BYTES, read_objects
from discovery.jobs.sandbox import Limits, Sandbox
from discovery.settings import Settings

MAX_DIGITS = 1_000_000


def add_commands(commands: Any) -> None:
    """Add this module's commands to the parser."""
    verify = commands.add_parser("verify", help="check formulas or certificates to many digits")
    verify.add_argument(
        "what", metavar="FILE|ID", help="formula file, certificate, '-' for standard input, or finding id"
    )
    verify.add_argument("--digits", type=int, default=1000, metavar="N", help="decimal digits (default 1000)")
    verify.add_argument("--prove", action="store_true", help="print the proof object, or why there is none")
    verify.add_argument("--seconds", type=float, default=300.0, metavar="S", help="limit for one formula (default 300)")
    verify.set_defaults(handler=_verify)


def _verify(options: argparse.Namespace, settings: Settings) -> int:
    if not 1 <= options.digits <= MAX_DIGITS:
        raise InputError(f"digits must be an int in [1, {MAX_DIGITS}]; got {options.digits}", field="digits")
    if not 0 < options.seconds <= 86_400:
        raise InputError(f"seconds must be in (0, 86400]; got {options.seconds:g}", field="seconds")
    output = Output()
    counts: Counter[bool] = Counter()
    path = Path(options.what)
    with Sandbox(Limits(seconds=options.seconds)) as sandbox:
        if options.what == "-" or path.exists():
            answers = _verify_file(_read(path, options.what), options, sandbox)
        else:
            answers = _verify_finding(settings, options, sandbox)
        for answer in answers:
            counts[answer["ok"]] += 1
            output.record("verification", answer, _line(answer))
    message(f"{counts[True]} ok, {counts[False]} not ok")
    return 5 if counts[False] else 0


def _read(path: Path, what: str) -> bytes:
    if what == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    if path.is_dir():
        raise InputError(f"{what} is a folder", hint="Give a formula file or a certificate")
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _verify_file(data: bytes, options: argparse.Namespace, sandbox: Sandbox) -> Iterator[dict[str, Any]]:
    for number, item in read_objects(data):
        if isinstance(item, InputError):
            yield {"id": None, "kind": None, "ok": False, "error": f"line {number}: {item}"}
        elif item.get("type") == "certificate":
            yield _answer(item.get("formula"), sandbox, options, "check_certificate", {"certificate": item})
        else:
            answer = _answer(item, sandbox, options, "verify", {"formula": item, "digits": options.digits})
            if "error" in answer:
                answer["error"] = f"line {number}: {answer['error']}"
            yield answer


def _verify_finding(settings: Settings, options: argparse.Namespace, sandbox: Sandbox) -> Iterator[dict[str, Any]]:
    from discovery.store.store import open_store

    with open_store(settings) as store:
        finding = store.finding(options.what)
        formula = finding.as_finding().to_json()
        evidence = sandbox.call("verify", {"formula": formula, "digits": options.digits})
        if evidence["certificate"] is not None:
            store.add_verification(finding.id, evidence["verification"], evidence["certificate"])
    yield _flat(formula, evidence, options)


def _answer(
    formula: Any, sandbox: Sandbox, options: argparse.Namespace, operation: str, payload: Mapping[str, Any]
) -> dict[str, Any]:
    try:
        return _flat(formula, sandbox.call(operation, payload), options)
    except InputError as error:
        return {**_labels(formula), "ok": False, "error": str(error)}
    except DiscoveryError as error:
        return {**_labels(formula), "ok": False, "reason": str(error)}


def _labels(formula: Any) -> dict[str, Any]:
    known = formula if isinstance(formula, Mapping) else {}
    return {key: value if isinstance(value := known.get(key), str) else None for key in ("id", "kind")}


def _flat(formula: Any, evidence: Mapping[str, Any], options: argparse.Namespace) -> dict[str, Any]:
    verification = evidence["verification"]
    answer = {
        **_labels(formula),
        "ok": verification["ok"],
        "digits": verification["digits"],
        "depth": verification["depth"],
        "methods": verification["methods"],
        "proved": evidence["proof"] is not None,
        "seconds": round(verification["seconds"], 4),
    }
    if not verification["ok"]:
        answer["reason"] = verification["reason"]
    if evidence["identified"] is not None:
        answer["identified"] = evidence["identified"]
    if options.prove:
        answer |= {key: evidence[key] for key in ("proof", "proof_reason") if evidence[key] is not None}
    return answer


def _line(answer: Mapping[str, Any]) -> str:
    label = answer["id"] or answer["kind"] or "?"
    if answer["ok"]:
        proved = ", proved" if answer["proved"] else ""
        value = f", identified as {answer['identified']['value']}" if "identified" in answer else ""
        return f"ok      {label}  {answer['digits']} digits in {answer['seconds']:.2f} s{proved}{value}"
    return f"NOT OK  {label}  {answer.get('reason') or answer.get('error')}"
