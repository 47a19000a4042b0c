"""Digits counted and printed are the digits that are certain."""

import threading
from decimal import ROUND_HALF_UP, Decimal, getcontext, localcontext

import pytest
from flint import arb, ctx, fmpq

from discovery.errors import PrecisionLost
from discovery.exact.precision import EXACT_AGREEMENT, agreed_digits, decimal_text, working_precision

PI = "3.14159265358979323846264338327950288419716939937510582097494"


def test_the_precision_is_set_nested_and_restored_also_after_an_error() -> None:
    before = ctx.prec
    with working_precision(200):
        assert ctx.prec == 200
        with working_precision(77):
            assert ctx.prec == 77
        assert ctx.prec == 200
    assert ctx.prec == before
    with pytest.raises(ZeroDivisionError), working_precision(77):
        _ = 1 // 0
    assert ctx.prec == before


def test_two_threads_do_not_mix_their_precisions() -> None:
    seen: list[int] = []
    inside, leave = threading.Event(), threading.Event()

    def other() -> None:
        inside.wait(5)
        with working_precision(300):
            seen.append(ctx.prec)

    thread = threading.Thread(target=other)
    thread.start()
    with working_precision(100):
        inside.set()
        leave.wait(0.05)
        seen.append(ctx.prec)
    thread.join()
    assert seen == [100, 300]


@pytest.mark.parametrize(
    ("ball", "other", "digits"),
    [
        (arb(3), arb(3), EXACT_AGREEMENT),
        (arb(1), arb(2), 0),
        (arb(1001) / 1000, arb(1), 3),
        (arb(1), arb(0), 0),
        (arb(0, 1), arb(0, 1), 0),
        (arb("nan"), arb(1), 0),
        (arb(1), arb("inf"), 0),
        (arb(-7, 1e-20), arb(-7), 20),
    ],
)
def test_agreed_digits(ball: arb, other: arb, digits: int) -> None:
    assert agreed_digits(ball, other) in {digits, digits - 1} - {-1}


@pytest.mark.parametrize("exponent", [-40, -1, 0, 3, 60])
def test_agreed_digits_are_relative(exponent: int) -> None:
    with working_precision(400):
        x = arb.pi() * arb(10) ** exponent
        assert agreed_digits(x * (1 + arb(10) ** -50), x) in (49, 50)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (arb(2), 9, "2"),
        (arb(0), 9, "0"),
        (arb(1) / 4, 30, "0.25"),
        (arb(-700), 8, "-700"),
        (arb(10**20), 30, "100000000000000000000"),
        (arb(10**21), 30, "1e21"),
        (arb(123456), 2, "1.2e5"),
        (arb("99.96"), 3, "100"),
        (arb("0.9999999"), 3, "1.00"),
        (arb("1e-6"), 4, "0.000001000"),
        (arb("1e-7"), 4, "1.000e-7"),
        (arb("-1.26e-45"), 2, "-1.3e-45"),
        (arb(1, 0.001), 9, "1.00"),
    ],
)
def test_decimal_text(value: arb, digits: int, text: str) -> None:
    assert decimal_text(value, digits) == text


@pytest.mark.parametrize("digits", [1, 2, 10, 37, 58])
def test_decimal_text_rounds_as_decimal_arithmetic_does(digits: int) -> None:
    with working_precision(300):
        text = decimal_text(arb.pi(), digits)
    with localcontext() as context:
        context.prec = 80
        assert Decimal(text) == Decimal(PI).quantize(Decimal(1).scaleb(1 - digits), ROUND_HALF_UP)
    assert len(text.replace(".", "")) == digits


def test_no_more_digits_are_printed_than_the_ball_knows() -> None:
    with working_precision(300):
        text = decimal_text(arb(PI, arb(10) ** -20), 50)
    assert 19 <= len(text) - 1 <= 21
    assert PI.startswith(text[:-1])


def test_long_numbers_pass_the_limit_of_python_conversion() -> None:
    with working_precision(20000):
        text = decimal_text(arb(fmpq(1, 7)), 6000)
    with localcontext() as context:
        context.prec = 6000
        assert Decimal(text) == Decimal(1) / 7
    assert getcontext().prec != 6000


@pytest.mark.parametrize("value", [arb(0, 1), arb("nan"), arb("inf"), arb(3.5, 1)])
def test_an_unknown_number_is_not_printed(value: arb) -> None:
    with pytest.raises(PrecisionLost, match="ask for more precision"):
        decimal_text(value, 5)
