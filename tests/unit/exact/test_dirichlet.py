"""Characters of fundamental discriminants against flint's own characters, L-series against its L-function."""

import pytest
from flint import arb, dirichlet_char

from discovery.errors import LimitExceeded
from discovery.exact.dirichlet import (
    character_values,
    is_fundamental_discriminant,
    kronecker_symbol,
    l_series_ball,
)
from discovery.exact.precision import working_precision

# OEIS A003658 and A003657, negated.
POSITIVE = [1, 5, 8, 12, 13, 17, 21, 24, 28, 29, 33, 37, 40, 41, 44, 53, 56, 57, 60]
NEGATIVE = [-3, -4, -7, -8, -11, -15, -19, -20, -23, -24, -31, -35, -39, -40, -43, -47, -51, -52, -55, -56, -59]


def test_fundamental_discriminants_are_those_of_the_tables() -> None:
    assert [d for d in range(61) if is_fundamental_discriminant(d)] == POSITIVE
    assert [d for d in range(-1, -60, -1) if is_fundamental_discriminant(d)] == NEGATIVE


@pytest.mark.parametrize("discriminant", [*POSITIVE[1:], *NEGATIVE, -163, 197])
def test_characters_are_real_primitive_and_of_the_right_parity(discriminant: int) -> None:
    modulus = abs(discriminant)
    values = character_values(discriminant)
    matching = [
        character
        for number in range(1, modulus)
        if values[number]
        and (character := dirichlet_char(modulus, number)).is_real()
        and character.is_primitive()
        and character.parity() == (discriminant < 0)
    ]
    assert len(matching) == 1
    assert values == [int(matching[0](n).real.unique_fmpz()) for n in range(modulus)]


@pytest.mark.parametrize("bottom", [1, 2, 3, 4, 9, 15, 16, 45])
def test_the_symbol_is_multiplicative_and_periodic(bottom: int) -> None:
    for top in (-3, -4, 5, -8, 21):
        assert kronecker_symbol(top, 7 * bottom) == kronecker_symbol(top, 7) * kronecker_symbol(top, bottom)
        assert kronecker_symbol(top, bottom + abs(top)) == kronecker_symbol(top, bottom)


@pytest.mark.parametrize(("discriminant", "number"), [(-3, 2), (-4, 3), (5, 4), (-163, 162)])
@pytest.mark.parametrize("s", [1, 2, 3.5, -2.5])
def test_values_agree_with_the_l_function_of_flint(discriminant: int, number: int, s: float) -> None:
    with working_precision(200):
        ball = l_series_ball(arb(discriminant), arb(s))
        other = dirichlet_char(abs(discriminant), number).l_function(arb(s)).real
        assert ball.overlaps(other)
        assert ball.rel_accuracy_bits() > 150


def test_the_work_is_bounded() -> None:
    with working_precision(100_000), pytest.raises(LimitExceeded, match="smaller discriminant"):
        l_series_ball(arb(-163), arb(2))


def test_a_discriminant_that_is_not_exact_gives_no_number() -> None:
    assert l_series_ball(arb(-3, 0.1), arb(2)).is_nan()
