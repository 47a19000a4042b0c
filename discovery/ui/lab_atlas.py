"""The atlas on the Approximation lab: for every small number of operations, what was tried and the best of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from discovery.exact.programs.program import Program
from discovery.export import program_tex
from discovery.settings import ROOT
from discovery.ui.lab_programs import Entry, Problem, problem_of
from discovery.ui.messages import plain

FILE = ROOT / "data" / "atlas.jsonl"


def show_atlas(problem: Problem, entries: Sequence[Entry]) -> None:
    """Show the atlas of a problem beside the best programs of the page, or the command that makes it."""
    with st.expander("Atlas: all programs of up to 5 operations", icon=":material/grid_view:"):
        rows = [row for row, about in _rows() if about == problem]
        if not rows:
            st.markdown("Nobody has looked at all short programs for this function yet. This does, in a few minutes:")
            command = f'python -m discovery.approximation.atlas_table "{problem.target}" "{problem.interval}"'
            st.code(f"{command} {problem.error} >> data/atlas.jsonl", language="bash", wrap_lines=True)
            return
        st.dataframe(
            [_shown(row, entries) for row in rows],
            hide_index=True,
            placeholder="",
            column_config={
                "Operations": st.column_config.NumberColumn(width=90),
                "Structures": st.column_config.NumberColumn(format="localized", width=100),
                "Starts each": st.column_config.NumberColumn(width=90),
                "Best found, error at most": st.column_config.NumberColumn(format="%.4e", width=190),
                "Best on this page": st.column_config.NumberColumn(format="%.4e", width=150),
            },
            alt=f"Atlas of {plain(problem.target)}: {len(rows)} numbers of operations",
            key="lab.atlas",
        )
        st.caption(_words(rows))


def _words(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return exactly what was checked."""
    last = rows[-1]
    wrappings = list(dict.fromkeys(name for row in rows for name in row["wrappings"] if name))
    around = f", and inside the forms {', '.join(plain(name) for name in wrappings)}" if wrappings else ""
    return (
        "Every structure of +, −, ×, ÷, with constants where they help, was taken once, whatever its signs and the "
        f"order of its sums and products, by itself{around}. Its constants were fitted by least squares on 32 points "
        f"from {last['starts']} random starts, signs drawn anew each time, and from {last['more_starts']} more for the "
        f"best {last['again']:,}; what cannot have a zero of the function is no start. The best "
        f"{last['refined']} of a size got "
        "minimax constants and a bound. So no program of a size was found to be "
        "better than the one shown, which is proved to have the error shown: the first is a search, not a proof."
    )


def _shown(row: Mapping[str, Any], entries: Sequence[Entry]) -> dict[str, Any]:
    program = None if row["program"] is None else Program.from_json(row["program"])
    known = [entry.error for entry in entries if entry.operations <= row["operations"]]
    return {
        "Operations": row["operations"],
        "Structures": row["structures"],
        "Starts each": row["starts"],
        "Best found, error at most": None if program is None else float(program.max_error or "inf"),
        "Best on this page": min(known, default=None),
        "Program": "none could be bounded" if program is None else program_tex.plain_text(program),
    }


@st.cache_data(show_spinner=False)
def _read(changed: float) -> list[dict[str, Any]]:
    return [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines() if line]


def _rows() -> list[tuple[dict[str, Any], Problem]]:
    if not FILE.exists():
        return []
    rows = _read(FILE.stat().st_mtime)
    return [(row, _problem(row)) for row in rows]


def _problem(row: Mapping[str, Any]) -> Problem:
    operations = row["program"] or {"constants": [], "operations": [["+", "x", "x"]]}
    return problem_of(Program.from_json({**operations, **{key: row[key] for key in ("target", "interval", "error")}}))
