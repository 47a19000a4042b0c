from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.errors import InputError
from discovery.exact.sequences.terms import MAX_CHARACTERS, MAX_TERMS, parse_terms


def read(text):
    return [Fraction(int(term.p), int(term.q)) for term in parse_terms(text).terms]


@pytest.mark.parametrize(
    "text",
    [
        "1, 2, -3, 4/6",
        "1 2 -3 4/6",
        "[1, 2, -3, 4/6]",
        "{1; 2; -3; 4 / 6}",
        "(1,2,-3,4/6,...)",
        "+1\n2\n\u22123\n2/3",
        "1, 2, -3, 4/6, \u2026",
    ],
)
def test_terms_are_read_as_people_paste_them(text: str) -> None:
    assert read(text) == [1, 2, -3, Fraction(2, 3)]
    assert parse_terms(text).first is None


def test_a_table_says_its_first_index() -> None:
    typed = parse_terms("# A000045\n3 2\n4 3\n5 5\n\n6 8\n")
    assert (typed.first, [int(term.p) for term in typed.terms]) == (3, [2, 3, 5, 8])


def test_two_columns_without_consecutive_indices_are_terms() -> None:
    assert read("1 5\n3 7") == [1, 5, 3, 7]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "there are 0 terms"),
        ("1,2,3", "there are 3 terms"),
        ("1,2,3,4.5", "term 4 is '4.5'"),
        ("1,2,x,4", "term 3 is 'x'"),
        ("1,2,3/0,4", "division by zero"),
        ("1,2,<script>alert(1)</script>,4", "term 3 is '<script>"),
        ("1,2,\u202e3,4", "term 3"),
        ("1,2,\u0663,4", "term 3"),
        ("1,2,__import__('os'),4", "term 3"),
        (",".join(["1"] * (MAX_TERMS + 1)), "2,001 terms"),
        ("9" * (MAX_CHARACTERS + 1), "100,001 characters"),
        ("7" * 1_000_000, "1,000,000 characters"),
        ("1,2,3," + "x" * 5000, r"term 4 is 'x{40}\.\.\.'"),
    ],
)
def test_what_is_no_sequence_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_terms(text)


def test_a_term_may_have_more_figures_than_python_converts() -> None:
    assert parse_terms(f"1, 2, 3, {'7' * 9000}").terms[3].p.str() == "7" * 9000


@settings(max_examples=60)
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(InputError):
        assert len(parse_terms(text).terms) >= 4


@settings(max_examples=40)
@given(st.lists(st.fractions(), min_size=4, max_size=20))
def test_printed_terms_are_read_back(values: list[Fraction]) -> None:
    assert read(", ".join(map(str, values))) == values
