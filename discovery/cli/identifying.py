"""Commands that recognize: ``identify`` for numbers, ``sequence`` for sequences."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from discovery.cli.output import Output, message
from discovery.errors import InputError
from discovery.jobs.sandbox import Sandbox
from discovery.settings import Settings

MAX_BYTES = 400_000
LONGEST_TERM = 60


def add_commands(commands: Any) -> None:
    """Add this module's commands to the parser."""
    recognize = commands.add_parser(
        "identify", help="what is this number? continued fraction, and relations to constants"
    )
    recognize.add_argument("number", metavar="NUMBER", help="a decimal as far as known, or an expression such as e^2+1")
    recognize.add_argument(
        "--basis",
        action="append",
        default=[],
        metavar="C,C,...",
        help="constants to look for relations with, such as 'pi^2,log(2),zeta(3)'; 1 is always one of them",
    )
    recognize.add_argument("--all", action="store_true", help="also the readings without enough evidence")
    recognize.set_defaults(handler=_identify)

    guess = commands.add_parser("sequence", help="which recurrence does this sequence have? with terms held out")
    guess.add_argument(
        "what", metavar="FILE|-", help="integers or fractions, or lines with index and term; '-' for standard input"
    )
    guess.add_argument("--first", type=int, default=0, metavar="N", help="index of the first term (default 0)")
    guess.add_argument("--all", action="store_true", help="also the laws without enough evidence")
    guess.set_defaults(handler=_sequence)


def _identify(options: argparse.Namespace, _settings: Settings) -> int:
    from discovery.exact.identification.chosen_basis import parse_basis, split_basis
    from discovery.exact.identification.identification import parse_number

    # Here already, so that a mistake is shown at its column.
    parse_number(options.number)
    basis = [text for group in options.basis for text in split_basis(group)]
    parse_basis(basis)
    output = Output()
    with Sandbox() as sandbox:
        answer = sandbox.call("identify", {"number": options.number, "basis": basis})
    shown = [reading for reading in answer["readings"] if reading["accepted"] or options.all]
    for reading in shown:
        mark = "" if reading["accepted"] else f"  (refused: {reading['reason']})"
        output.record(
            "identification", reading, f"{reading['equation']}  surplus {reading['surplus_digits']} digits{mark}"
        )
    found = answer["recognition"]
    if found["accepted"] or options.all:
        output.record("identification", _as_reading(answer), _recognition_text(found))
    else:
        message(found["words"])
    message(f"{len(answer['readings'])} readings, {len(shown)} shown")
    return 0


def _as_reading(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the continued fraction shows with the keys of a reading, and all else under ``recognition``."""
    found = answer["recognition"]
    return {
        "equation": f"x = {found['values'][0]}" if found["values"] else None,
        "subject": found["base"] or found["kind"],
        "coefficients": found["G"] or [],
        "digits": found["digits"],
        "surplus_digits": found["surplus_digits"],
        "accepted": found["accepted"],
        "value": found["values"][0] if found["values"] else None,
        "recognition": found,
    }


def _recognition_text(found: Mapping[str, Any]) -> str:
    fit = found["fit"]
    lines = [f"{found['kind']}: x = {found['values'][0]}" if found["values"] else found["kind"]]
    if fit is not None:
        start = "".join(f"{number}, " for number in fit["start"])
        lines.append(f"  quotients {start}{', '.join(fit['letters'])}, the letters for k = 0, 1, 2, ...")
    return "\n".join([*lines, f"  {found['words']}"])


def _sequence(options: argparse.Namespace, _settings: Settings) -> int:
    text = _read(options.what)
    output = Output()
    with Sandbox() as sandbox:
        answer = sandbox.call("sequence", {"text": text, "first": options.first})
    shown = [*answer["fits"], *(answer["refused"] if options.all else [])]
    for fit in shown:
        output.record("recurrence", {**fit, "count": answer["count"], "first": answer["first"]}, _fit_text(fit))
    if answer["fault"] is not None:
        output.record("fault", answer["fault"], _fault_text(answer["fault"]))
    message(f"{answer['count']} terms, {len(shown)} laws shown, {len(answer['refused'])} refused")
    if not answer["fits"]:
        message("no law predicts enough of the terms; more terms decide about more recurrences")
    return 0


def _read(what: str) -> str:
    """Return the text of a file or of standard input; a byte that is no text is shown as a mark."""
    if what == "-":
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
    else:
        path = Path(what)
        if path.is_dir():
            raise InputError(f"{what} is a folder", hint="Give a file with the terms, or '-' for standard input")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InputError(f"{what} has more than {MAX_BYTES:,} bytes", hint="Give fewer terms")
    return data.decode(errors="replace")


def _fit_text(fit: Mapping[str, Any]) -> str:
    lines = [fit["text"]]
    if fit["accepted"]:
        following = ", ".join(_shortened(term) for term in fit["next"])
        lines.append(f"  {fit['kind']}, from index {fit['holds_from']} on; next terms {following}")
        lines.append(
            f"  determined by {fit['fitted']} terms, predicts {fit['predicted']}; "
            f"surplus {fit['surplus_digits']} digits"
        )
        for key in ("closed_form", "generating_function"):
            if fit[key] is not None:
                lines.append(f"  {key.replace('_', ' ')} {fit[key]['text']}")
    else:
        lines.append(f"  refused: {fit['reason']}")
    return "\n".join(lines)


def _fault_text(fault: Mapping[str, Any]) -> str:
    return (
        f"a({fault['index']}) = {_shortened(fault['given'])} breaks {fault['text']}; "
        f"{_shortened(fault['expected'])} would fit"
    )


def _shortened(term: str) -> str:
    return term if len(term) <= LONGEST_TERM else f"{term[:20]}...{term[-10:]} ({len(term)} figures)"
