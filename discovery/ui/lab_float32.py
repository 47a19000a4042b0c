"""The float32 part of the Approximation lab: the cheapest kernel for an accuracy, its errors, its speed, its code."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from discovery.approximation.float32.catalogue import (
    COSTS,
    FUNCTIONS,
    MIN_BITS,
    accuracy_bits,
    cheapest,
    default_kernel,
    kernels,
)
from discovery.approximation.float32.kernel import Kernel
from discovery.errors import DiscoveryError, InputError
from discovery.exact.float32.formats import FORMATS
from discovery.exact.float32.scan_result import ScanResult, combined, from_json
from discovery.search import canonical_json
from discovery.ui import lab_float32_figures as figures
from discovery.ui import state
from discovery.ui.lab_float32_code import show_code
from discovery.ui.messages import plain, show_error

MEASURED = "nanoseconds"
COST_NAMES = {"operations": "operations", "weighted": "weighted operations", MEASURED: "ns, measured here"}
BEST = "best"
SAMPLE_STEP = 509
PARTS = 16
TIMING_ROUNDS = 15
COST_ROUNDS = 7
SCANS = "float32.scans"
CLAIM_SLACK = 1e-6
"""A claim is a decimal of six digits."""


def show_float32_lab() -> None:
    """Show the float32 part."""
    try:
        kernel = _chosen_kernel()
    except DiscoveryError as error:
        show_error(error)
        return
    if kernel is None:
        return
    _show_summary(kernel)
    errors, speed = st.container(), st.container()
    st.markdown("**Code**")
    show_code(kernel)
    with errors:
        _show_errors(kernel)
    with speed:
        _show_speed(kernel)


def _chosen_kernel() -> Kernel | None:
    """Show the choices, all of them in the address, and return the cheapest kernel for them."""
    _open("function", FUNCTIONS[0])
    _open("format", "float32")
    _open("cost", "operations")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        function = st.selectbox("Function", FUNCTIONS, key="function", bind="query-params", width=180)
        number_format = st.segmented_control("Format", list(FORMATS), key="format", bind="query-params")
        cost = st.segmented_control(
            "Cheapest by",
            list(COST_NAMES),
            key="cost",
            bind="query-params",
        )
    if not (function and number_format and cost):
        st.info("Choose a function, a format and a cost.", icon=":material/function:")
        return None
    found = kernels(function, number_format)
    if not found:
        raise InputError(
            f"no kernel of {function} in {number_format} comes with this version", hint="Choose another format."
        )
    options = _accuracies(found, number_format)
    if st.session_state.get("bits") not in options:
        asked = st.query_params.get("bits", "")
        st.session_state["bits"] = asked if asked in options else options[-1]
    bits = st.select_slider(
        "Accuracy, bits",
        options,
        key="bits",
        bind="query-params",
        help="The kernel shown is the cheapest one whose scan guarantees this accuracy; best: the smallest error.",
    )
    st.caption(_accuracy_words(bits, number_format))
    costs = _costs(found, cost)
    if costs is None:
        return None
    price = {id(kernel): value for kernel, value in zip(found, costs, strict=True)}
    if bits == BEST:
        kernel = default_kernel(function, number_format)
    else:
        by_cost: Callable[[Kernel], float] = lambda item: price[id(item)]  # noqa: E731
        kernel = cheapest(function, float(bits), number_format, by_cost)
    with st.expander(f"All {len(found)} kernels of {function} by cost and accuracy"):
        words = figures.cost_words(found, costs, COST_NAMES[cost])
        chart = figures.cost_figure(found, costs, COST_NAMES[cost], kernel)
        st.plotly_chart(chart, theme="streamlit", alt=words, key="float32.costs")
        st.caption(words)
    return kernel


def _open(key: str, value: str) -> None:
    if key not in st.session_state and key not in st.query_params:
        st.session_state[key] = value


def _accuracies(found: Sequence[Kernel], number_format: str) -> list[str]:
    largest = max(accuracy_bits(kernel) for kernel in found)
    whole = [str(bits) for bits in range(MIN_BITS, min(math.floor(largest), FORMATS[number_format].precision) + 1)]
    return [*whole, BEST]


def _accuracy_words(text: str, number_format: str) -> str:
    if text == BEST:
        return "Shown: the kernel with the smallest error."
    ulps = 2.0 ** (FORMATS[number_format].precision - 1 - int(text))
    return f"Shown: the cheapest kernel with {text} bits, which is an error of at most {ulps:,.6g} ULP."


def _costs(found: Sequence[Kernel], cost: str) -> list[float] | None:
    if cost != MEASURED:
        return [COSTS[cost](kernel) for kernel in found]
    objects = [kernel.to_json() for kernel in found]
    with st.spinner("Measuring all kernels of this function in turns…"):
        try:
            return _measured(canonical_json(objects), objects)
        except DiscoveryError as error:
            show_error(error)
            return None


def _show_summary(kernel: Kernel) -> None:
    scan = kernel.scan or {}
    with st.container(horizontal=True):
        st.metric("Largest error", f"{float(kernel.max_ulp or 'nan'):.4g} ULP", width="content")
        st.metric("Guaranteed", f"{accuracy_bits(kernel):.2f} bits", width="content")
        st.metric("Operations", kernel.operations, width="content")
        st.metric("Weighted", f"{kernel.weighted_cost:g}", width="content")
        st.metric("Mean error", f"{scan.get('mean_ulp', float('nan')):.4g} ULP", width="content")
        st.metric("Misrounded", f"{scan.get('misrounded', 0) / max(scan.get('count', 1), 1):.2%}", width="content")
    method = kernel.reduction
    lower, upper = (float.fromhex(end) for end in method.domain)
    degrees = ", ".join(map(str, kernel.degrees))
    st.caption(
        plain(
            f"Method: {method.summary}. Degrees: {degrees}. Arguments: [{lower:g}, {upper:g}]. "
            f"Special values: {method.specials}. Scanned: {scan.get('inputs', 'not yet')}. "
            f"Coefficients: {kernel.source}."
        )
    )


def _show_errors(kernel: Kernel) -> None:
    st.markdown("**Errors**")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        interval = st.text_input(
            "Interval",
            key="x",
            bind="query-params",
            placeholder="every number of the domain",
            help="Two rational numbers such as -1/2, 1: every number of the format between them is looked at. "
            "Empty: the domain of the kernel.",
            width=260,
        )
        every = kernel.number_format != "float32" or bool(interval)
        pressed = not every and st.button(
            "Scan every input",
            icon=":material/select_all:",
            help="All 2^32 bit patterns, or those of the domain, in 16 parts. Any change on the page ends it.",
        )
    place = st.empty()
    try:
        result = _scan(kernel, interval or "", every, place, bool(pressed))
    except DiscoveryError as error:
        place.empty()
        show_error(error)
        return
    with place.container():
        _show_scan(result)
        claim = float(kernel.max_ulp or "inf")
        if result.max_ulp > claim * (1 + CLAIM_SLACK):
            st.error(
                f"This scan found an error of {result.max_ulp:.6g} ULP, more than the {claim:.6g} ULP claimed: "
                "the claim rests on a sample that missed it.",
                icon=":material/error:",
            )


def _scan(kernel: Kernel, interval: str, every: bool, place: Any, pressed: bool) -> ScanResult:
    ends = [end.strip() for end in interval.split(",")] if interval.strip() else ["", ""]
    if len(ends) != 2:
        raise InputError(f"an interval is two numbers with a comma between them; got {interval[:60]!r}", field="x")
    obj = kernel.to_json()
    limit = figures.histogram_limit(float(kernel.max_ulp or "inf"))
    key = canonical_json(obj)
    full: dict[str, ScanResult] = st.session_state.setdefault(SCANS, {})
    if not pressed:
        if not any(ends) and key in full:
            return full[key]
        with place.container():
            st.skeleton(figures.HEIGHT)
        return from_json(_scanned(key, obj, (ends[0], ends[1]), (0, 1, 1 if every else SAMPLE_STEP), limit))
    results = []
    for number in range(PARTS):
        place.progress(number / PARTS, f"Part {number + 1} of {PARTS}: {number / PARTS:.0%} of the inputs done")
        results.append(from_json(_scanned(key, obj, ("", ""), (number, PARTS, 1), limit)))
    full[key] = combined(results)
    return full[key]


def _show_scan(result: ScanResult) -> None:
    left, right = st.columns(2)
    with left:
        words = figures.histogram_words(result)
        st.plotly_chart(figures.histogram_figure(result), theme="streamlit", alt=words, key="float32.histogram")
        st.caption(words)
    with right:
        words = figures.exponent_words(result)
        st.plotly_chart(figures.exponent_figure(result), theme="streamlit", alt=words, key="float32.exponents")
        st.caption(words)
    if result.undefined:
        st.warning(
            f"At {result.undefined:,} inputs only one of result and exact value is NaN. They are not in the charts.",
            icon=":material/block:",
        )
    st.caption(_what_was_scanned(result))
    with st.expander(f"Worst inputs: errors against the exact value, {len(result.worst)} shown"):
        digits = FORMATS[result.number_format].width // 4
        st.dataframe(
            [
                {
                    "x (bits)": f"0x{item.bits:0{digits}x}",
                    "x": item.x,
                    "Result": item.result,
                    "Result (bits)": f"0x{item.result_bits:0{digits}x}",
                    "Correct (bits)": "NaN" if item.correct_bits is None else f"0x{item.correct_bits:0{digits}x}",
                    "Error (ULP)": item.ulp,
                }
                for item in result.worst
            ],
            hide_index=True,
            placeholder="",
            column_config={
                "x": st.column_config.NumberColumn(format="%.9g"),
                "Result": st.column_config.NumberColumn(format="%.9g"),
                "Error (ULP)": st.column_config.NumberColumn(format="%.6f"),
            },
            alt=f"Table of {len(result.worst)} inputs with the largest errors",
        )


def _what_was_scanned(result: ScanResult) -> str:
    ties = f"{result.decided:,} inputs next to a midpoint were decided exactly."
    inputs = f"{result.inputs:,} inputs"
    if result.number_format == "float32" and result.inputs < 2**24 and len(result.by_exponent) > 400:
        return f"A sample: every {SAMPLE_STEP}th bit pattern, {inputs}. Scan every input for certainty. {ties}"
    return f"Every number asked for: {inputs}. {ties}"


def _show_speed(kernel: Kernel) -> None:
    st.markdown("**Speed on this machine**")
    place = st.empty()
    with place.container():
        st.skeleton(figures.HEIGHT)
    obj = kernel.to_json()
    try:
        rows = _timed(canonical_json(obj), obj)
    except DiscoveryError as error:
        place.empty()
        show_error(error)
        return
    words = figures.throughput_words(rows)
    with place.container():
        st.plotly_chart(figures.throughput_figure(rows), theme="streamlit", alt=words, key="float32.speed")
        st.caption(
            f"{plain(words)} 16,384 numbers in cache, {TIMING_ROUNDS} rounds in turns: medians of the processor time, "
            "whiskers half the distance between the quartiles. ULP: the largest error in a sample."
        )
        empty = [row for row in rows if row["nanoseconds"] is None]
        if empty:
            st.caption(plain("Not measured: " + "; ".join(f"{row['name']} ({row['reason']})" for row in empty) + "."))
        st.button("Measure again", icon=":material/refresh:", on_click=_timed.clear)


@st.cache_data(max_entries=60, show_spinner=False)
def _scanned(
    key: str, _kernel: Mapping[str, Any], ends: tuple[str, str], part: tuple[int, int, int], limit: float
) -> dict[str, Any]:
    answer: dict[str, Any] = state.compute(
        "float32_scan", kernel=_kernel, lower=ends[0], upper=ends[1], part=list(part), histogram_limit=limit
    )
    return answer


@st.cache_data(max_entries=60, show_spinner=False)
def _timed(key: str, _kernel: Mapping[str, Any]) -> list[dict[str, Any]]:
    answer: list[dict[str, Any]] = state.compute("float32_timing", kernel=_kernel, rounds=TIMING_ROUNDS)
    return answer


@st.cache_data(max_entries=30, show_spinner=False)
def _measured(key: str, _kernels: list[dict[str, Any]]) -> list[float]:
    answer: list[float] = state.compute("float32_costs", kernels=_kernels, rounds=COST_ROUNDS)
    return answer
