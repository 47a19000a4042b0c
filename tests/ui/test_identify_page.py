"""The Identify page: digits, expressions, bad and hostile input, and stored formulas; a real child process computes."""

import pytest
from made_findings import FORMULAS, add_finished_run, finding_of

from discovery.errors import LimitExceeded
from discovery.ui.identify import EXAMPLES

# (e+1)/(e-1), DLMF 4.36
DIGITS = "2.16395341373865284877000401021802"


def all_text(test):
    return "\n".join(
        element.value
        for element in [*test.markdown, *test.caption, *test.warning, *test.info, *test.error, *test.latex, *test.code]
    )


def main_latex(test):
    return [element.value.strip("$\n") for element in test.main.latex]


def test_empty_page_offers_three_examples(app, store):
    test = app("identify")
    assert not test.exception
    assert not test.error
    assert "Type a number" in test.info[0].value
    buttons = [button for button in test.main.button if button.label in EXAMPLES]
    assert len(buttons) == 3
    buttons[0].click().run()
    assert test.text_input(key="number").value == EXAMPLES[buttons[0].label]
    assert "Hurwitzian" in all_text(test)


def test_digits_in_the_address_are_recognized(app, store):
    test = app("identify", number=DIGITS)
    assert not test.exception
    assert not test.error
    text = all_text(test)
    assert "33 digits known" in text
    assert "[2; 6, 10, 14, 18" in text
    assert r"33 digits given agree with \(e\+1\)/\(e\-1\)" in text
    assert "are equal is not proved" in text
    assert any(tex.startswith(r"\frac{e + 1}{e - 1} = 2 + \cfrac{1}{6 +") for tex in main_latex(test))
    assert r"x \approx \frac{e + 1}{e - 1}" in main_latex(test)
    assert "Residual" in text
    # What the reading says about the digits after those given.
    assert any("= 2.163953413738652848770004010218023117093738" in item.value for item in test.main.code)
    assert "Proof for" in " ".join(item.label for item in test.expander)
    assert "surplus digits: strong" in text
    assert "refused" in " ".join(item.label for item in test.expander)


def test_more_digits_raise_the_confidence(app, store):
    def surplus(number):
        texts = [item.value for item in app("identify", number=number).markdown if "surplus digits:" in item.value]
        return int(texts[0].split(" surplus digits")[0].split()[-1])

    assert surplus(DIGITS[:16]) < surplus(DIGITS[:24]) < surplus(DIGITS)


def test_expression_is_proved_to_be_what_it_is(app, store):
    test = app("identify", number="(2*exp(1/3)+1)/(exp(1/3)+4)")
    assert not test.exception
    assert r"It is proved that \(2\*exp\(1/3\)\+1\)/\(exp\(1/3\)\+4\) has this continued fraction" in all_text(test)
    assert any("cfrac" in tex for tex in main_latex(test))


def test_quadratic_and_rational_numbers(app, store):
    quadratic = app("identify", number="1.6180339887498948482")
    assert "quadratic irrational" in all_text(quadratic)
    assert "x^{2} - x - 1 = 0" in main_latex(quadratic)
    rational = app("identify", number="22/7")
    assert "[3; 7]" in all_text(rational)
    assert r"\frac{22}{7}" in main_latex(rational)


def test_closed_form_without_a_known_value_is_marked_as_such(app, store):
    # [0; 1, 3, 3, 7, 5, 11, 7, 15, ...], by its convergents: none of the catalog
    number = "0.768442252531875995129354839598877304233340405"
    test = app("identify", number=number)
    assert not test.exception
    assert any(tex.startswith(r"x \overset{?}{=} ") for tex in main_latex(test))
    assert "does not know its value" in all_text(test)


def test_number_without_a_pattern(app, store):
    test = app("identify", number="zeta(3)*2+1/3")
    assert not test.exception
    assert "no pattern seen" in all_text(test)
    assert "Not Hurwitzian as far as" in all_text(test)
    assert r"x \approx \frac{6 \zeta(3) + 1}{3}" in main_latex(test)


def test_stored_formulas_with_the_value_are_linked(app, filled):
    formula = {**FORMULAS[0], "value": "(e^2-e)/(e-1)"}
    add_finished_run(filled, [finding_of(formula)])
    test = app("identify", number="2.718281828459045235360287")
    links = [link.label for link in test.main.get("page_link")]
    # Both formulas for e, one of them written in another way; not e - 1 and not tan(1).
    assert len(links) == 2
    assert any(r"\(e^2\-e\)" in label.replace(r"\^", "^") for label in links)
    assert not any("tan" in label for label in links)


def test_nothing_stored_is_said(app, store):
    assert "nothing stored" in all_text(app("identify", number="2.718281828459045235360287"))


def test_bad_input_is_explained_at_its_column(app, store):
    test = app("identify", number="1.5 bananas")
    assert not test.exception
    assert any("cannot be used" in item.value for item in test.warning)
    assert any("^" in item.value.splitlines()[-1] for item in test.main.code)


@pytest.mark.parametrize(
    "number", ["0.5", "0.0000000", "3." + "1" * 1200, "1/0", "sqrt(-2)", "e-e", "log(-1)", "10^10^10"]
)
def test_numbers_that_cannot_be_used(app, store, number):
    test = app("identify", number=number)
    assert not test.exception
    assert len(test.warning) == 1
    assert not test.error


@pytest.mark.parametrize(
    "number",
    [
        '__import__("os").system("id")',
        "<script>alert(1)</script>",
        "'; drop table finding; --",
        "$\\href{javascript:alert(1)}{x}$",
        "![x](http://example.com/x.png)",
        "1.234567\x00",
        "٣.١٤١٥٩٢٦",
        "(" * 500,
        "a" * 1400,
        "π",
    ],
)
def test_hostile_text_is_only_text(app, filled, number):
    test = app("identify", number=number)
    assert not test.exception
    assert not test.error
    assert len(test.warning) == 1
    assert "<script>" not in test.warning[0].value
    assert filled.count_findings() == 3


def test_computation_stopped_at_its_limit_is_explained(app, store, monkeypatch):
    def stopped(*_arguments, **_keywords):
        raise LimitExceeded("stopped after 60 s; ask for fewer digits")

    monkeypatch.setattr("discovery.ui.state.compute", stopped)
    test = app("identify", number="2.7182818284590452353602")
    assert any("Stopped at its limit" in warning.value for warning in test.warning)


def test_algebraic_numbers_are_set_in_rows(app, store):
    test = app("identify", number="sqrt(2)+cbrt(3)")
    assert not test.exception
    (tex,) = [tex for tex in main_latex(test) if "x^{6}" in tex]
    assert tex.startswith(r"\begin{aligned}")
    assert "= 0" in tex
    assert "x^6 - 6*x^4 - 6*x^3 + 12*x^2 - 36*x + 1 = 0" in all_text(test)


def test_a_chosen_basis_is_in_the_address_and_used(app, store):
    test = app("identify", number="5.859874482048838473822930", basis=["pi", "e"])
    assert not test.exception
    assert test.multiselect(key="basis").value == ["pi", "e"]
    text = all_text(test)
    assert "linear, your basis" in text
    assert r"x \approx \pi + e" in main_latex(test)


def test_related_constants_are_explained(app, store):
    test = app("identify", number="1.2345678901234567", basis=["zeta(2)", "pi^2"])
    assert any("related among themselves" in item.value for item in test.warning)


def test_what_is_missing_is_said(app, store):
    test = app("identify", number="3.14159265")
    assert "2 more digits of the number would decide" in all_text(test)


@pytest.mark.parametrize("basis", ["<script>alert(1)</script>", "zeta(", "1/0"])
def test_a_bad_basis_is_only_text(app, store, basis):
    test = app("identify", number="3.14159265358979", basis=["pi", basis])
    assert not test.exception
    assert len(test.warning) == 1
    assert "<script>" not in test.warning[0].value
