"""The matrix field that a formula lies on, and the stored formulas that lie on a field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import streamlit as st

from discovery.errors import DiscoveryError
from discovery.exact import polynomial
from discovery.exact.expression import parse
from discovery.exact.fields.trajectory import Trajectory
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.tex import to_tex
from discovery.export.matrix_tex import pmatrix
from discovery.search import canonical_json
from discovery.store.filters import FindingFilters
from discovery.store.listing import Sort
from discovery.store.records import FindingRecord
from discovery.ui import navigation, state, wording
from discovery.ui.field_state import direction_key, start_key, value_key
from discovery.ui.messages import plain, show_error
from discovery.ui.rendering import plain_text, status_words

COMPARED = 120
"""Stored continued fractions, the simplest ones, that are compared with a field."""
SHOWN = 12
LONGEST_IDENTITY = 900
"""Longer matrices are shown as text that can be scrolled."""
KINDS = (PolynomialContinuedFraction.kind, Trajectory.kind)


def show_field(finding: FindingRecord) -> None:
    """Show the field of the catalogue on which a finding lies: start, direction, and the identity that proves it."""
    if finding.kind not in KINDS:
        return
    waiting = st.skeleton(80)
    try:
        found = _field_of(canonical_json(finding.formula), finding.formula)
    except DiscoveryError as error:
        show_error(error)
        return
    finally:
        waiting.empty()
    if found is None:
        if finding.kind == PolynomialContinuedFraction.kind:
            st.caption("On no trajectory of a catalogued matrix field, as far as was looked.")
        return
    values = "".join(f", {name} = {value}" for name, value in found["values"].items())
    direction = ", ".join(map(str, found["direction"]))
    st.markdown(
        f":material/grid_on: **Lies on the field {plain(found['name'])}**{plain(values)}: start "
        f"({plain(', '.join(found['start']))}), direction ({plain(direction)})"
    )
    if "matrix" in found:
        _show_identity(found)
    _show_link(found)


def _show_link(found: Mapping[str, Any]) -> None:
    """Show the link to the page of matrix fields, with the field, its parameters and the ray."""
    axes = found["axes"]
    st.page_link(
        navigation.matrix_field(),
        label="Walk through this field",
        icon=":material/grid_on:",
        query_params={
            "field": found["field"],
            **{value_key(name): value for name, value in found["values"].items()},
            **{start_key(axis): coordinate for axis, coordinate in zip(axes, found["start"], strict=True)},
            **{direction_key(axis): str(step) for axis, step in zip(axes, found["direction"], strict=True)},
        },
    )


@st.cache_data(max_entries=200, show_spinner=False)
def _field_of(key: str, _formula: Mapping[str, Any]) -> dict[str, Any] | None:
    answer: dict[str, Any] | None = state.compute("field_of", formula=_formula)
    return answer


def _show_identity(found: Mapping[str, Any]) -> None:
    """Show how the value follows from the limit of the trajectory, and the change of basis behind it."""
    known = "" if found["limit"] is None else rf" = {to_tex(parse(found['limit'], max_characters=2000))}"
    st.latex(rf"x = {image_tex(found['matrix'])}, \qquad L = \lim \frac{{P[1,2]}}{{P[2,2]}}{known}")
    with st.expander("The identity that proves it"):
        z = r"\begin{pmatrix} 0 & b_z(n) \\ 1 & a_z(n) \end{pmatrix}"
        st.markdown(
            "With $M_x(n)$ and $M_z(n)$ the steps of this fraction and of the trajectory's own continued fraction $z$, "
            rf"$M_z(n) = {z}$, and $T(m)$ the matrix of one period of the trajectory,"
        )
        left, right = found["folds"]
        both = _times(found["left"], _step("x", left), "U(n+1)"), _times(found["right"], "U(n)", _step("z", right))
        offset = found["offset"]
        index = "m" if offset == 0 else f"m{offset:+d}"
        st.latex(rf"{both[0]} = {both[1]}, \qquad T(m)\, G(m+1) \sim G(m)\, M_z({index})")
        lines = {"a_z": found["a"], "b_z": found["b"]}
        matrices = {"U(n)": (found["u"], "n"), "G(m)": (found["gauge"], "m")}
        if sum(len(entry) for entries, _ in matrices.values() for entry in entries) <= LONGEST_IDENTITY:
            tex = [rf"{name} &= {_tex(text, 'n')}" for name, text in lines.items()]
            tex += [rf"{name} &= {pmatrix([_tex(e, letter) for e in es])}" for name, (es, letter) in matrices.items()]
            st.latex(r"\begin{aligned}" + r" \\ ".join(tex) + r"\end{aligned}")
        else:
            text = [f"{name} = {value}" for name, value in lines.items()]
            text += [f"{name} = [[{e[0]}, {e[1]}], [{e[2]}, {e[3]}]]" for name, (e, _) in matrices.items()]
            st.code("\n".join(text), language=None, height=180)
        st.caption("Both identities hold as polynomials and were multiplied out; ~ leaves a scalar factor open.")


def image_tex(entries: list[str]) -> str:
    """Return the TeX of (p L + q)/(r L + s), for p, q, r, s as text."""
    # Of the two signs of the matrix the one with a positive denominator at infinity, or altogether.
    sign = -1 if (int(entries[2]), int(entries[3])) < (0, 0) else 1
    p, q, r, s = (sign * Fraction(entry) for entry in entries)
    top, bottom = (polynomial.to_tex((constant, slope), "L") for slope, constant in ((p, q), (r, s)))
    return top if bottom == "1" else rf"\frac{{{top}}}{{{bottom}}}"


def _times(scalar: str, *factors: str) -> str:
    product = r"\, ".join(factors)
    return product if scalar == "1" else rf"\left({_tex(scalar, 'n')}\right) {product}"


def _step(name: str, fold: int) -> str:
    return f"M_{name}(n)" if fold == 1 else f"M_{name}(2n-1) M_{name}(2n)"


def _tex(text: str, variable: str) -> str:
    return polynomial.to_tex(polynomial.parse_polynomial(text, variable), variable)


def show_members(field: str, values: Mapping[str, str]) -> None:
    """Show the stored continued fractions that lie on a field, and the trajectories through it that are stored."""
    filters = FindingFilters(kind=PolynomialContinuedFraction.kind)
    stored = state.store().findings(filters, Sort.COMPLEXITY, False, COMPARED)
    if not stored:
        st.caption("The store holds no polynomial continued fraction yet.")
        return
    waiting = st.skeleton(80)
    try:
        key = canonical_json([finding.id for finding in stored])
        answer = _members(field, canonical_json(values), key, [finding.formula for finding in stored])
    except DiscoveryError as error:
        show_error(error)
        return
    finally:
        waiting.empty()
    pairs = [(item, place) for item, place in zip(stored, answer["members"], strict=True) if place is not None]
    compared = len(stored) - answer["skipped"]
    st.caption(
        f"{wording.count(len(pairs), 'stored continued fraction')} of the {compared} simplest on trajectories of this "
        "field, each by an explicit change of basis; L is the limit of the trajectory."
    )
    for finding, place in pairs[:SHOWN]:
        words = status_words(finding.status, finding.digits)
        ray = f"({', '.join(place['start'])}) along ({', '.join(map(str, place['direction']))})"
        with st.container(horizontal=True, vertical_alignment="center"):
            navigation.finding_link(finding.id, f"{plain(plain_text(finding.formula))}, {words}")
            st.markdown(rf"{plain(ray)}: ${image_tex(place['matrix'])}$")
    if len(pairs) > SHOWN:
        st.caption(f"and {len(pairs) - SHOWN} more")


@st.cache_data(max_entries=50, show_spinner=False)
def _members(field: str, values: str, key: str, _formulas: list[Mapping[str, Any]]) -> dict[str, Any]:
    answer: dict[str, Any] = state.compute("field_members", field=field, values=json.loads(values), formulas=_formulas)
    return answer
