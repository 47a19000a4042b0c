"""Sequences as pages and command line get them: through the child process, as JSON."""

import json

import pytest

from discovery.errors import InputError
from discovery.jobs.sandbox import Sandbox
from discovery.jobs.sequences import sequence

FIBONACCI = "0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233"


def test_through_the_sandbox() -> None:
    with Sandbox() as sandbox:
        answer = sandbox.call("sequence", {"text": FIBONACCI, "first": 1})
        with pytest.raises(InputError, match="term 2 is '<script>'"):
            sandbox.call("sequence", {"text": "1, <script>, 2, 3"})
    assert answer == json.loads(json.dumps(sequence(FIBONACCI, 1)))
    assert (answer["count"], answer["first"], answer["terms"][:4]) == (14, 1, ["0", "1", "1", "2"])
    best = answer["fits"][0]
    assert (best["text"], best["holds_from"], best["order"]) == ("a(n) = a(n-1) + a(n-2)", 3, 2)
    assert best["next"] == ["377", "610", "987", "1597", "2584", "4181"]
    assert best["generating_function"]["text"] == "x/(1-x-x^2)"
    assert (best["fitted"], best["predicted"], best["accepted"], best["reason"]) == (4, 10, True, "")
    assert set(best["code"]) == {"Python", "PARI/GP"}


def test_a_table_says_its_own_index() -> None:
    answer = sequence("\n".join(f"{n} {2**n}" for n in range(5, 20)), 0)
    assert answer["first"] == 5
    assert "a(n) = 2*a(n-1)" in {fit["text"] for fit in answer["fits"]}


def test_what_is_refused_says_why_and_what_is_missing() -> None:
    answer = sequence("1, 1, 2, 6, 24")
    assert answer["fits"] == []
    (refused,) = [fit for fit in answer["refused"] if fit["kind"] == "polynomial coefficients"]
    assert refused["reason"] == "it is determined by 4 terms and predicts 1; 3 are needed"
    assert (refused["missing_terms"], refused["next"], refused["code"]) == (2, [], {})


def test_reached_shapes_are_those_that_leave_three_terms() -> None:
    reached = sequence("1, 4, 2, 8, 5, 7, 1, 9, 3, 3, 8, 2")["reached"]
    for row in reached["polynomial"]:
        unknowns = (row["order"] + 1) * (row["degree"] + 1)
        assert row["order"] + unknowns - 1 + 3 <= 12 < row["needed"]


def test_a_wrong_term_is_reported() -> None:
    answer = sequence(FIBONACCI.replace(" 233", " 234"))
    assert answer["fits"] == []
    fault = answer["fault"]
    assert (fault["index"], fault["given"], fault["expected"], fault["corrected"]) == (13, "234", "233", True)


def test_many_long_terms_stay_within_the_limits() -> None:
    long = " ".join(str(7**n) for n in range(450))
    assert len(long) < 100_000
    assert sequence(long)["fits"][0]["text"] == "a(n) = 7*a(n-1)"
    huge = f"1, 2, 3, 4, {'9' * 90_000}"
    assert sequence(huge)["fits"] == []


@pytest.mark.parametrize(("text", "first"), [("", 0), ("1,2", 0), (FIBONACCI, 10**7), (FIBONACCI, -(10**7))])
def test_unusable_sequences(text: str, first: int) -> None:
    with pytest.raises(InputError):
        sequence(text, first)
