"""Factorial reduction on the Conjecture page: common factors, growth, irrationality exponent, matrix field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import streamlit as st

from discovery.errors import DiscoveryError
from discovery.exact import polynomial
from discovery.exact.expression import parse
from discovery.exact.fractions.irrationality import THEOREM
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.tex import to_tex
from discovery.export.matrix_tex import pmatrix
from discovery.search import canonical_json
from discovery.store.records import FindingRecord
from discovery.ui import navigation, state
from discovery.ui.messages import plain, show_error

DEPTHS = (500, 1000, 2000, 4000)
BADGES = {
    "factorial reduction": ("green", ":material/compress:"),
    "partial reduction": ("orange", ":material/compress:"),
}
MAX_CHARACTERS = 5000


def show_reduction(finding: FindingRecord) -> None:
    """Show, for a polynomial continued fraction, what its convergents lose when they are reduced."""
    if finding.kind != PolynomialContinuedFraction.kind:
        return
    st.header("Factorial reduction", anchor=False)
    depth = int(
        st.select_slider(
            "Depth N",
            DEPTHS,
            value=1000,
            key="reduction.depth",
            format_func=lambda number: f"{number:,}",
            help="Exact convergents are computed as far as n = 2N. Closed forms are looked for from N = 1,000 on.",
        )
    )
    waiting = st.skeleton(480)
    try:
        data = _reduction(canonical_json(finding.formula), depth, finding.formula)
    except DiscoveryError as error:
        show_error(error)
        return
    finally:
        waiting.empty()
    _show_class(data)
    _show_delta(data)
    _show_factors(data)
    _show_row(data["row"])


@st.cache_data(max_entries=200, show_spinner=False)
def _reduction(key: str, depth: int, _formula: Mapping[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = state.compute("reduction", formula=_formula, depth=depth)
    return answer


def _show_class(data: Mapping[str, Any]) -> None:
    color, icon = BADGES.get(data["kind"], ("gray", ":material/compress:"))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(plain(data["kind"]), color=color, icon=icon)  # type: ignore[arg-type]
        if data["growth"] is not None:
            st.markdown(rf"$\hat d = {data['growth']['dhat']:.3f}$ of $d = {data['order']}$", width="content")
    if data["growth"] is not None:
        st.caption(
            r"Unreduced, $p_n$ and $q_n$ grow like $n!^d$; divided by $g_n = \gcd(p_n, q_n)$ they keep $n!^{\hat d}$. "
            "Zero is factorial reduction."
        )
    deflated = data["deflated"]
    if deflated is not None:
        a, b, c = (_tex(deflated[name], ("n",)) for name in ("a", "b", "c"))
        st.markdown(
            rf"A common factor is taken out first: $a(n) = c(n)\,a'(n)$, $b(n) = c(n)\,c(n-1)\,b'(n)$ with "
            rf"$c(n) = {c}$, $a'(n) = {a}$, $b'(n) = {b}$. What follows is about $a', b'$."
        )
    with st.expander("What was checked"):
        st.markdown("\n".join(f"* {plain(line)}" for line in data["evidence"]))


def _show_delta(data: Mapping[str, Any]) -> None:
    delta = data["delta"]
    st.markdown(r"**Irrationality exponent** $\delta$, with $|p_n/q_n - x| = q^{-(1+\delta)}$, $q = |q_n|/g_n$")
    if delta["values"]:
        rows = {rf"$N = {n:,}$".replace(",", r"\,"): f"${value:.4f}$" for n, value in _measured(delta)}
        if delta["exact"] is not None:
            word = "theorem" if delta["status"] == THEOREM else "conjectured"
            exact = to_tex(parse(delta["exact"], max_characters=MAX_CHARACTERS))
            digits = "" if exact == f"{delta['value']:g}" else rf" = {delta['value']:.5f}\ldots"
            rows[rf"$N \to \infty$, {word}"] = rf"$\displaystyle {exact}{digits}$"
        st.table(rows, border="horizontal", hide_header=True)
        st.caption(_words_of_exact(delta))
    else:
        st.caption(plain(f"Not defined here: {delta['reason']}."))
    if len(data["series"]) > 1:
        from discovery.ui.delta_figure import delta_figure, delta_words

        words = delta_words(data["series"], delta["value"], delta["status"])
        figure = delta_figure(data["series"], delta["value"])
        st.plotly_chart(figure, theme="streamlit", alt=words, key="reduction.chart")
        st.caption(words)


def _measured(delta: Mapping[str, Any]) -> list[tuple[int, float]]:
    return list(zip(delta["depths"], delta["values"], strict=True))


def _words_of_exact(delta: Mapping[str, Any]) -> str:
    measured = "Measured with exact integers, the convergent at 2N in place of the limit. "
    if delta["exact"] is None:
        deeper = "" if delta["depths"][-1] >= DEPTHS[1] else f" at this depth; look at N = {DEPTHS[1]:,}"
        return measured + f"No closed form is known to the program{deeper}."
    if delta["status"] == THEOREM:
        return measured + "In the limit it is a theorem: the common factors are known by proof."
    return measured + "The limit is conjectured: the rate of the common factors was read off at this depth."


def _show_factors(data: Mapping[str, Any]) -> None:
    factors = data["factors"]
    if not factors:
        return
    growth = data["growth"]
    start = 0 if growth is None else growth["start"]
    after = f", counted from the last zero of b at {start}" if start else ""
    with st.expander(rf"Common factors $g_n = \gcd(p_n, q_n)${after}", expanded=True):
        st.table(
            {
                "n": [str(row["n"]) for row in factors],
                "log g(n)": [f"{row['log']:.2f}" for row in factors],
                "d log n!": [f"{row['log_factorial']:.2f}" for row in factors],
                "g(n)": [_factors_tex(row["primes"]) for row in factors],
            },
            border="horizontal",
            hide_index=True,
        )


def _factors_tex(primes: Sequence[tuple[str, int]]) -> str:
    if not primes:
        return "$1$"
    return "$" + r" \cdot ".join(p if e == 1 else f"{p}^{{{e}}}" for p, e in primes) + "$"


def _show_row(row: Mapping[str, Any] | None) -> None:
    if row is None:
        return
    y = rf"y = {_number(row['y'])}" if row["y"] is not None else rf"y(y-1) = {_number(row['y_product'])}"
    st.markdown(
        rf"**Matrix field**: this continued fraction is the row ${y}$ of the field of the conjugate polynomials "
        r"$f, \bar f$"
    )
    f, f_bar = (_tex(row[name], ("x", "y")) for name in ("f", "f_bar"))
    st.latex(rf"f(x, y) = {f}, \quad \bar f(x, y) = {f_bar}")
    matrix = pmatrix([_tex(entry, ("x", "y")) for line in row["field"]["matrices"]["x"] for entry in line])
    argument = polynomial.to_tex((Fraction(row["shift"]), Fraction(1)), "n")
    scaled = row["scale"] != "1"
    conjugated = rf"{_number(row['scale'])}\, U^{{-1}} M_x({argument}, y)\, U" if scaled else rf"M_x({argument}, y)"
    st.latex(rf"{pmatrix(['0', 'b(n)', '1', 'a(n)'])} = {conjugated}, \quad M_x(x, y) = {matrix}")
    u = rf", with $U = \mathrm{{diag}}({_number(str(1 / Fraction(row['scale'])))}, 1)$" if scaled else ""
    st.caption(
        f"An identity of polynomials, compared coefficient by coefficient{u}; the field is proved to be conservative."
    )
    if row["y"] is not None:
        _show_field_link(row)


def _show_field_link(row: Mapping[str, Any]) -> None:
    """Show the link to the page of matrix fields, with the ray of this row: from n = 1 along x."""
    names = [f"c{k}" for k in range(len(row["parameters"]))] if len(row["parameters"]) > 1 else ["c"]
    start = {"start_x": str(Fraction(row["shift"]) + 1), "start_y": row["y"], "direction_x": "1", "direction_y": "0"}
    values = {f"value_{name}": value for name, value in zip(names, row["parameters"], strict=True)}
    st.page_link(
        navigation.matrix_field(),
        label="Walk through this field, other directions and their irrationality exponents",
        icon=":material/grid_on:",
        query_params={"field": row["family"], **values, **start},
    )


def _number(text: str) -> str:
    return to_tex(parse(text))


def _tex(text: str, variables: tuple[str, ...]) -> str:
    return to_tex(parse(text, variables, max_characters=MAX_CHARACTERS))
