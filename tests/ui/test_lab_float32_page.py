"""The float32 part of the Approximation lab: choices, errors, speed, code, bad input; a real child computes."""

from dataclasses import replace

import pytest
import streamlit as st

from discovery.approximation.float32.catalogue import accuracy_bits, cheapest, default_kernel, kernels
from discovery.errors import LimitExceeded
from discovery.exact.float32.scan_result import ExponentRow, ScanResult, WorstInput
from discovery.ui import lab_float32_figures as figures

ADDRESS = {"arithmetic": "float32", "function": "exp"}
LANGUAGES = ("C with fma (.c)", "C portable (.c)", "Numba (.py)", "NumPy (.py)", "CUDA (.cu)", "JAX (.py)")


def all_text(test):
    elements = [*test.markdown, *test.caption, *test.warning, *test.info, *test.error, *test.code]
    return "\n".join(element.value for element in elements)


def metrics(test):
    return {item.label: item.value for item in test.main.metric}


def computed(monkeypatch, answers):
    """Answer operations from a table instead of the child; the rest still goes there."""
    calls = []

    def compute(operation, **payload):
        calls.append((operation, payload))
        answer = answers[operation]
        if isinstance(answer, Exception):
            raise answer
        return answer(payload) if callable(answer) else answer

    st.cache_data.clear()
    monkeypatch.setattr("discovery.ui.state.compute", compute)
    return calls


SCAN = ScanResult(
    "exp", "float32", 1000, 0.75, 0.25, 10, 0, 3,
    (WorstInput(0x3F800000, 1.0, 0x402DF855, 2.7182820, 0x402DF854, 0.75),),
    (ExponentRow(False, 0, 1000, 10, 0.75, 0.25),), 1.0, (0, *[8] * 124, *[2] * 4, 0),
)  # fmt: skip
ROWS = [
    {"name": "this kernel", "ours": True, "nanoseconds": 0.5, "best": 0.4, "spread": 0.1, "reason": "", "max_ulp": 0.8},
    {"name": "NumPy", "ours": False, "nanoseconds": 1.5, "best": 1.4, "spread": 0.1, "reason": "", "max_ulp": 2.5},
    {"name": "SLEEF", "ours": False, "nanoseconds": None, "best": None, "spread": None, "reason": "absent; install it",
     "max_ulp": None},
]  # fmt: skip


@pytest.fixture
def answered(monkeypatch):
    return computed(
        monkeypatch,
        {
            "float32_scan": SCAN.to_json(),
            "float32_timing": ROWS,
            "float32_costs": lambda payload: [float(index + 1) for index in range(len(payload["kernels"]))],
        },
    )


def test_page_computes_errors_and_speed_in_the_child(app, store):
    test = app("approximation_lab", **ADDRESS, format="bfloat16")
    assert not test.exception
    assert not test.error
    text = all_text(test)
    assert "Every number asked for: 65,536 inputs." in text
    assert "ns per number" in text
    assert "× NumPy" in text


def test_default_is_the_smallest_error_with_code_in_every_language(app, store, answered):
    test = app("approximation_lab", **ADDRESS)
    assert not test.exception
    kernel = default_kernel("exp")
    assert metrics(test)["Largest error"] == f"{float(kernel.max_ulp):.4g} ULP"
    assert metrics(test)["Operations"] == str(kernel.operations)
    assert [item.label for item in test.download_button if item.label in LANGUAGES] == list(LANGUAGES)
    text = all_text(test)
    assert "float exp_float32(float x)" in text
    assert "fmaf(" in text
    assert "1,000 inputs: largest error 0.75 ULP" in text
    assert "3× NumPy" in text
    assert "absent; install it" in text
    (scan,) = [payload for operation, payload in answered if operation == "float32_scan"]
    assert scan["part"] == [0, 1, 509]
    assert (scan["lower"], scan["upper"]) == ("", "")


def test_slider_gives_the_cheapest_kernel(app, store, answered):
    test = app("approximation_lab", **ADDRESS, bits="8")
    kernel = cheapest("exp", 8)
    assert metrics(test)["Operations"] == str(kernel.operations)
    assert kernel.operations < default_kernel("exp").operations
    test.select_slider(key="bits").set_value("20").run()
    assert not test.exception
    assert metrics(test)["Guaranteed"] == f"{accuracy_bits(cheapest('exp', 20)):.2f} bits"


def test_measured_cost_decides_where_it_is_chosen(app, store, answered):
    test = app("approximation_lab", **ADDRESS, bits="4", cost="nanoseconds")
    assert not test.exception
    # The made-up costs rise along the list, so the first kernel is the cheapest for every accuracy.
    assert metrics(test)["Operations"] == str(kernels("exp")[0].operations)


def test_every_input_is_scanned_in_parts(app, store, answered):
    test = app("approximation_lab", **ADDRESS)
    button = next(item for item in test.button if item.label == "Scan every input")
    answered.clear()
    button.click().run()
    assert not test.exception
    parts = [payload["part"] for operation, payload in answered if operation == "float32_scan"]
    assert parts == [[number, 16, 1] for number in range(16)]
    assert "16,000 inputs: largest error 0.75 ULP" in all_text(test)


def test_interval_is_scanned_whole_and_bad_ones_are_named(app, store, answered):
    app("approximation_lab", **ADDRESS, x="1, 2")
    (scan,) = [payload for operation, payload in answered if operation == "float32_scan"]
    assert (scan["lower"], scan["upper"], scan["part"]) == ("1", "2", [0, 1, 1])
    test = app("approximation_lab", **ADDRESS, x="1 to 2")
    assert not test.exception
    assert any("two numbers with a comma" in item.value for item in test.warning)


def test_error_above_the_claim_is_said(app, store, monkeypatch):
    worse = replace(SCAN, max_ulp=0.9).to_json()
    computed(monkeypatch, {"float32_scan": worse, "float32_timing": ROWS})
    test = app("approximation_lab", **ADDRESS)
    assert not test.exception
    assert any("0.9 ULP, more than the" in item.value for item in test.error)


def test_limits_of_the_child_are_a_message(app, store, monkeypatch):
    computed(monkeypatch, {"float32_scan": LimitExceeded("stopped after 60 s"), "float32_timing": ROWS})
    test = app("approximation_lab", **ADDRESS)
    assert not test.exception
    assert any("after 60 s" in item.value for item in test.warning)
    assert any(item.label == "C with fma (.c)" for item in test.download_button)


def test_unknown_choices_in_the_address_fall_back(app, store, answered):
    test = app("approximation_lab", arithmetic="float32", function="frobnicate", bits="99")
    assert not test.exception
    assert "Largest error" in metrics(test)


def test_histogram_ends_are_round_and_hold_the_error():
    for error, end in ((0.7, 1), (1.0, 1), (1.2, 2), (3.1, 5), (740.0, 1000), (float("inf"), 1)):
        assert figures.histogram_limit(error) == end


def test_charts_show_what_the_words_say():
    histogram = figures.histogram_figure(SCAN)
    assert sum(histogram.data[0].y) == 1000
    assert "10 (1.000%) not correctly rounded" in figures.histogram_words(SCAN)
    exponents = figures.exponent_figure(SCAN)
    assert [trace.name for trace in exponents.data] == ["largest, x > 0", "mean, x > 0"]
    bars = figures.throughput_figure(ROWS)
    assert list(bars.data[0].y) == ["NumPy", "this kernel"]
    assert "nothing to compare" in figures.throughput_words(ROWS[:1])
