"""Integer relations: an 11-term one beside PSLQ and PARI's lindep, and values identified with the whole bank."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

import mpmath
from flint import arb, fmpz

from benchmarks.timing import Timing, alternate, report
from discovery.exact.evaluation import evaluate_ball, evaluate_mpmath
from discovery.exact.expression import parse, to_text
from discovery.exact.identification.bank import BANK
from discovery.exact.identification.integer_relation import integer_relation
from discovery.exact.identification.value_identification import ValueIdentification, identify_value
from discovery.exact.precision import decimal_text, working_precision

Record = dict[str, Any]

DIGITS = 100
BITS = 450
ROUNDS = 20
LINDEP_REPETITIONS = 200
# Independent as far as anybody knows; the eleventh number is a combination of these with two-figure coefficients.
BASIS = ("1", "pi", "log(2)", "log(3)", "zeta(3)", "catalan", "e", "sqrt(2)", "log(5)", "euler_gamma")
COMBINATION = "-17+23*pi-41*log(2)+19*log(3)-37*zeta(3)+29*catalan-31*e+43*sqrt(2)-13*log(5)+47*euler_gamma"
VALUE_DIGITS = 150
VALUES = ("8/(28*zeta(3)-pi^3)", "16/(pi^2+15*L(-3,2))", "6/zeta(3)", "coth(pi/4)", "(1+sqrt(5))/2")


def main() -> int:
    """Print every table."""
    return report(_records(), __doc__ or "")


def _records() -> Iterator[Record]:
    yield from _eleven_terms()
    yield from _identification()


def _eleven_terms() -> Iterator[Record]:
    balls = [evaluate_ball(parse(text), BITS) for text in (COMBINATION, *BASIS)]
    with working_precision(BITS):
        unrelated = [(-balls[0]).exp(), *balls[1:]]
    context = mpmath.MPContext()
    context.dps = DIGITS
    reals = [context.mpf(evaluate_mpmath(parse(text), DIGITS + 10)) for text in (COMBINATION, *BASIS)]
    tasks: dict[str, Callable[[], object]] = {
        "integer_relation": lambda: integer_relation(balls, DIGITS),
        "integer_relation of unrelated numbers": lambda: integer_relation(unrelated, DIGITS),
        "mpmath.pslq": lambda: context.pslq(reals, maxcoeff=1000, maxsteps=100_000),
    }
    expected = [1, 17, -23, 41, -19, 37, -29, 31, -43, 13, -47]
    ours, theirs = integer_relation(balls, DIGITS), tasks["mpmath.pslq"]()
    if ours is None or list(ours.coefficients) != expected or theirs not in (expected, [-c for c in expected]):
        raise SystemExit("the relations found are wrong")
    timings = alternate(tasks, ROUNDS)
    reference = timings["integer_relation"].median
    for name, timing in timings.items():
        yield _row(f"relation of 11 numbers, {DIGITS} digits, {name}", timing, ratio=timing.median / reference)
    seconds = _lindep_seconds(balls)
    if seconds is not None:
        yield {
            "question": f"relation of 11 numbers, {DIGITS} digits, PARI lindep",
            "value": round(seconds * 1e3, 3),
            "unit": "ms",
            "ratio": round(seconds / reference, 2),
        }


def _lindep_seconds(balls: list[arb]) -> float | None:
    """Return the time of PARI's lindep, measured by itself; ``None`` without the program gp."""
    if shutil.which("gp") is None:
        return None
    numbers = ",".join(decimal_text(ball, DIGITS + 10) for ball in balls)
    script = (
        f"default(realprecision,{DIGITS});v=[{numbers}];"
        f"begin=getwalltime();for(i=1,{LINDEP_REPETITIONS},r=lindep(v));print(getwalltime()-begin);"
    )
    answer = subprocess.run(["gp", "-q", "-f"], input=script, capture_output=True, text=True, check=True)
    return int(answer.stdout.split()[-1]) / 1e3 / LINDEP_REPETITIONS


def _identification() -> Iterator[Record]:
    tasks = {}
    for text in VALUES:
        tasks[text] = _identifying(evaluate_ball(parse(text), 1200))
        found = tasks[text]()
        if found is None or to_text(found.expression) != text:
            raise SystemExit(f"{text} is not identified")
    # Not related to any constant: digits of a hash.
    digits = "".join(f"{int(sha256(bytes([i])).hexdigest(), 16):077d}" for i in range(5))
    with working_precision(1200):
        tasks["a number without pattern"] = _identifying(arb(fmpz(int(digits))) / arb(10) ** (len(digits) - 1))
    for name, timing in alternate(tasks, 5).items():
        yield _row(
            f"identification at {VALUE_DIGITS} digits of {name}",
            timing,
            constants=len(BANK.constants),
            hypotheses=BANK.hypotheses(2),
        )


def _identifying(ball: arb) -> Callable[[], ValueIdentification | None]:
    return lambda: identify_value(lambda _: ball, VALUE_DIGITS)


def _row(question: str, timing: Timing, **extra: float) -> Record:
    row: Record = {
        "question": question,
        "value": round(timing.median * 1e3, 3),
        "unit": "ms",
        "best": round(timing.best * 1e3, 3),
        "spread": round(timing.spread, 2),
    }
    return row | {key: round(number, 2) for key, number in extra.items()}


if __name__ == "__main__":
    sys.exit(main())
