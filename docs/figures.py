"""README's table of figures, made from ``docs/figures.jsonl``: ``python -m docs.figures``.

The file is written by ``python -m benchmarks NAME ... --output docs/figures.jsonl``. A row of a benchmark that has
not been run yet is left out, and named on standard error.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from discovery.settings import ROOT

FIGURES = ROOT / "docs" / "figures.jsonl"
README = ROOT / "README.md"
BLOCK = re.compile(r"(?<=<!-- figures -->\n).*?(?=<!-- end of figures -->)", re.DOTALL)

Records = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Figure:
    """One number of a benchmark's output.

    Parameters
    ----------
    question : str
        The record's question.
    key : str
        The record's key under which the number stands; a text begins with it.
    unit : str
        Unit of the number, where it is not the record's.
    """

    question: str
    key: str = "value"
    unit: str = ""


@dataclass(frozen=True)
class Row:
    """One row of the table.

    Parameters
    ----------
    words : str
        What was measured, in Markdown.
    benchmark : str
        Name of the benchmark.
    own : Figure
        Ours.
    peer : str
        What it is compared with; empty for nothing.
    other : Figure or None
        The peer's number.
    """

    words: str
    benchmark: str
    own: Figure
    peer: str = ""
    other: Figure | None = None


def _esma(words: str, box: str) -> Row:
    place = f"e, {box}, sample of 80 pairs, one core"
    own, other = Figure(f"pairs, Berlekamp-Massey, {place}"), Figure(f"published algorithm, {place}")
    return Row(words, "esma", own, "the published algorithm", other)


def _kernel(function: str, peer: str) -> Row:
    own, other = Figure(f"{function}: this kernel"), Figure(f"{function}: {peer}")
    return Row(f"{function} in binary32, per number", "float32", own, peer, other)


def _relation(peer: str, name: str) -> Row:
    words, question = "integer relation of 11 numbers, 100 digits", "relation of 11 numbers, 100 digits, "
    return Row(words, "integer_relations", Figure(f"{question}integer_relation"), peer, Figure(f"{question}{name}"))


def _field(degree: int) -> Row:
    question = f"conjugate polynomials of degree {degree}, all fields"
    words = f"all matrix fields of conjugate polynomials, degree {degree}"
    return Row(words, "matrix_fields", Figure(question), "ramanujantools", Figure(question, "ramanujantools", "s"))


def _digits(peer: str, name: str) -> Row:
    own = Figure("100000 digits of zeta(3), along (1, 1), proved ball, one core")
    words = "100,000 digits of ζ(3) by a trajectory, proved"
    return Row(words, "trajectories", own, peer, Figure(f"100000 digits of zeta(3), {name}"))


_FILTER = "degree (2, 4), box of 2.06e10, one core"
_DELTA = "delta along (1, 1) at depth 1000, beside ramanujantools"
_FIT = "time to fit the 5 constants of the published shape from random starts"

ROWS = (
    _esma("ESMA, degree 1: pairs of left-hand side and sign pattern", "degree 1, limit 3"),
    _esma("the same, degree 2", "degree 2, limit 1"),
    Row(
        "all of e, degree 2, limit 5 (4,292,800 pairs), by tail classes, every finding proved",
        "esma",
        Figure("whole search, e, degree 2, limit 5, classes, with confirmation and proofs"),
    ),
    Row("proof of one closed form of e", "esma_proofs", Figure(
        "closed forms proved, e, degree 1, limit 3, nine patterns", "milliseconds_a_proof", "ms"
    )),
    Row(
        "factorial reduction, degree (2,4): fractions decided",
        "factorial_reduction",
        Figure(f"filter with tables and hits, {_FILTER}"),
        "common divisors of convergents, one by one",
        Figure(f"convergents and their common divisors, {_FILTER}"),
    ),
    Row(
        "meet in the middle, degree (1,2): fractions against 1,056,876 entries",
        "meet_in_the_middle",
        Figure("degree (1,2), both stages against 1,056,876 entries, one core"),
        "the published loop in mpmath",
        Figure("degree (1,2), plain loop with mpmath at 50 digits and a dictionary, one core"),
    ),
    _field(1),
    _field(2),
    _digits("mpmath", "mpmath.zeta(3)"),
    _digits("Arb", "arb zeta(3)"),
    Row(
        "irrationality exponent along (1, 1), 1,000 steps",
        "trajectories",
        Figure(_DELTA, "own_seconds", "s"),
        "ramanujantools",
        Figure(_DELTA, "ramanujantools_seconds", "s"),
    ),
    _relation("mpmath.pslq", "mpmath.pslq"),
    _relation("PARI lindep", "PARI lindep"),
    Row(
        "fit of the constants of the published program for 2^x",
        "approximation",
        Figure(f"{_FIT}, Levenberg-Marquardt with geodesic acceleration"),
        "CMA-ES, as published",
        Figure(f"{_FIT}, CMA-ES (128 points, sigma 0.1) from within 30 %"),
    ),
    *(_kernel(function, peer) for function in ("exp2", "exp", "sin") for peer in ("NumPy", "glibc loop")),
    Row("scan of exp2 at 2^30 numbers", "float32", Figure("scan of exp2, 2^30 inputs, one core")),
    Row("Start to first formula on the page, ESMA, warm", "first_finding", Figure(
        "Start to first formula on the page, esma, e, quick"
    )),
    Row("from page to page, a search on all cores", "page_latency", Figure(
        "navigation, click to page, a search on all cores"
    )),
    Row("filter of 100,000 findings, a search on all cores", "page_latency", Figure(
        "filter, click to table, a search on all cores"
    )),
)  # fmt: skip


def read() -> list[dict[str, Any]]:
    """Return the records of ``docs/figures.jsonl``."""
    return [json.loads(line) for line in FIGURES.read_text(encoding="utf-8").splitlines()]


def table(records: Records, missing: list[str]) -> str:
    """Return the table in Markdown, and add the words of rows that have not been measured to `missing`.

    Raises
    ------
    KeyError
        A benchmark has been run, and a question of a row is not in its output.
    """
    lines = ["| what | here | beside | | times as fast | measured |", "|---|---|---|---|---|---|"]
    used = []
    for row in ROWS:
        known = {record["question"]: record for record in records if record["benchmark"] == row.benchmark}
        if not known:
            missing.append(f"{row.words} ({row.benchmark})")
            continue
        record = known[row.own.question]
        used.append(record)
        own, unit = _number(record, row.own)
        cells = [row.words, _with_unit(own, unit), row.peer, "", ""]
        if row.other is not None:
            other = known[row.other.question]
            number, peer_unit = _number(other, row.other)
            least = "more than " if str(other[row.other.key]).startswith("more than ") else ""
            ratio = shown(_ratio(own, unit, number, peer_unit))
            cells[3:] = [least + _with_unit(number, peer_unit), least + ratio]
        lines.append(f"| {' | '.join(cells)} | {record['date']}, `{row.benchmark}` |")
    return f"{_machines(used)}\n\n" + "\n".join(lines) + "\n"


def _machines(records: Records) -> str:
    machines = dict.fromkeys(f"{record['processor']}, {record['cores']} cores" for record in records)
    return (
        f"Medians on {' and '.join(machines)}.\n"
        "`python -m benchmarks NAME`, with the name in the last column, repeats a row."
    )


_UNITS = {"1/s": "/s", "ms of processor time": "ms", "ns per number": "ns", "processor seconds": "s"}
_SECONDS = {"s": 1.0, "ms": 1e-3, "ns": 1e-9}


def _number(record: Mapping[str, Any], figure: Figure) -> tuple[float, str]:
    value = record[figure.key]
    number = float(value.removeprefix("more than ").partition(" ")[0]) if isinstance(value, str) else float(value)
    return number, plain_unit(figure.unit or str(record["unit"]))


def plain_unit(unit: str) -> str:
    """Return a unit as the table has it: what it counts is said beside it."""
    unit = _UNITS.get(unit, unit)
    return "/s" if unit.endswith(("/s", "/core second")) else unit


def _with_unit(number: float, unit: str) -> str:
    return f"{shown(number)}{unit}" if unit.startswith("/") else f"{shown(number)} {unit}"


def _ratio(own: float, unit: str, number: float, peer_unit: str) -> float:
    if unit in _SECONDS:
        return number * _SECONDS[peer_unit] / (own * _SECONDS[unit])
    return own / number


def shown(number: float) -> str:
    """Return a number with three digits, and the first words of large numbers."""
    for size, word in ((1e9, " billion"), (1e6, " million")):
        if number >= size:
            return f"{float(f'{number / size:.3g}'):g}{word}"
    rounded = float(f"{number:.3g}")
    return f"{rounded:,.0f}" if rounded >= 100 else f"{rounded:g}"


def with_table(readme: str, records: Records, missing: list[str]) -> str:
    """Return README's text with the table between its two marks.

    Raises
    ------
    ValueError
        The marks are not there.
    """
    if not BLOCK.search(readme):
        raise ValueError(f"{README.name} has no lines <!-- figures --> and <!-- end of figures -->")
    made = table(records, missing)
    return BLOCK.sub(lambda _: f"\n{made}\n", readme)


def main() -> None:
    """Put the table into README."""
    missing: list[str] = []
    README.write_text(with_table(README.read_text(encoding="utf-8"), read(), missing), encoding="utf-8")
    for words in missing:
        print(f"not measured yet: {words}", file=sys.stderr)


if __name__ == "__main__":
    main()
