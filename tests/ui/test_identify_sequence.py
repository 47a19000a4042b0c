"""The sequence side of the Identify page: laws, refusals, wrong terms, bad and hostile input."""

import pytest

from discovery.ui.identify_sequence import EXAMPLES, LONGEST_IN_ADDRESS

CATALAN = "1, 1, 2, 5, 14, 42, 132, 429, 1430, 4862, 16796, 58786, 208012, 742900"


def all_text(test):
    elements = [*test.main.markdown, *test.main.caption, *test.main.warning, *test.main.info, *test.main.code]
    return "\n".join(element.value for element in elements)


def main_latex(test):
    return [element.value.strip("$\n") for element in test.main.latex]


def test_empty_side_offers_examples(app, store):
    test = app("identify", what="Sequence")
    assert not test.exception
    assert "Paste a sequence" in test.main.info[0].value
    buttons = [button for button in test.main.button if button.label in EXAMPLES]
    assert len(buttons) == len(EXAMPLES)
    next(button for button in buttons if button.label == "Harmonic numbers").click().run()
    assert not test.exception
    assert "(n+1)*a(n) = (2*n+1)*a(n-1) - n*a(n-2)" in all_text(test)


def test_terms_in_the_address_are_recognized(app, store):
    test = app("identify", what="Sequence", terms=CATALAN)
    assert not test.exception
    text = all_text(test)
    assert "14 terms, a(0) to a(13)" in text
    assert "a(4) to a(13) were held out and all are predicted" in text
    assert "Not a proof" in text
    assert "(n+1) a_{n} = 2 (2 n-1) a_{n-1}" in main_latex(test)
    assert r"a_{k} = 4^{k} \frac{\left(\frac{1}{2}\right)_{k}}{(2)_{k}}" in main_latex(test)
    assert "a(14) = 2674440" in text
    assert "10 terms predicted" in text
    assert "def terms(count):" in text


def test_terms_typed_go_into_the_address_unless_they_are_long(app, store):
    test = app("identify", what="Sequence")
    test.main.text_area(key="terms").set_value(CATALAN).run()
    assert test.query_params["terms"] in (CATALAN, [CATALAN])
    long = ", ".join(str(n * n) for n in range(600))
    assert len(long) > LONGEST_IN_ADDRESS
    test.main.text_area(key="terms").set_value(long).run()
    assert not test.exception
    assert "terms" not in test.query_params
    assert "a_{k} = k^{2}" in main_latex(test)


def test_a_wrong_term_is_named(app, store):
    test = app("identify", what="Sequence", terms=CATALAN.replace("16796", "16795"))
    assert any("a(10) is probably wrong" in item.value for item in test.main.warning)
    assert any("16796" in item.value for item in test.main.warning)


def test_what_so_few_terms_cannot_decide_is_said(app, store):
    test = app("identify", what="Sequence", terms="1, 1, 2, 6, 24")
    text = all_text(test)
    assert "No law found" in text
    assert "it is determined by 4 terms and predicts 1; 3 are needed" in text
    assert "About 2 more terms would decide" in text


@pytest.mark.parametrize(
    "terms",
    [
        "1, <script>alert(1)</script>, 2, 3",
        "1, \u202e2, 3, 4",
        "1, $\\href{javascript:alert(1)}{x}$, 3, 4",
        "=cmd(), 1, 2, 3",
        "1, 2",
        "1, 2, 3/0, 4",
    ],
)
def test_hostile_terms_are_only_text(app, store, terms):
    test = app("identify", what="Sequence", terms=terms)
    assert not test.exception
    assert not test.error
    assert len(test.main.warning) == 1
    assert "<script>" not in test.main.warning[0].value


def test_a_text_that_is_too_long_is_refused_and_not_cut_off(app, store):
    test = app("identify", what="Sequence")
    test.main.text_area(key="terms").set_value("1, " * 34_000).run()
    assert not test.exception
    assert any("at most 100,000" in item.value for item in test.main.warning)
