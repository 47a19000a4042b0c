import math

import pytest

from discovery.errors import ParameterError
from discovery.esma.families import constants_of


def test_a_family_runs_over_coprime_fractions_once():
    constants = constants_of("exp(p/q)", 4)
    fractions = [(p, q) for q in range(1, 5) for p in range(1, 5) if math.gcd(p, q) == 1]
    assert constants == tuple(f"exp({p}/{q})" if q > 1 else f"exp({p})" for p, q in fractions)


def test_one_variable_alone_runs_over_all_its_values():
    assert constants_of("sqrt(1+p)", 4) == ("sqrt(2)", "sqrt(3)", "sqrt(5)")  # not sqrt(4), which is rational
    assert constants_of("besseli(q-1,2)/besseli(q,2)", 2) == ("besseli(0,2)/besseli(1,2)", "besseli(1,2)/besseli(2,2)")


def test_a_list_keeps_its_order_and_each_constant_once():
    assert constants_of(" pi ; e;\n exp(p); e ; 1/3; p/q; ", 2) == ("pi", "e", "exp(1)", "exp(2)")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "empty"),
        (" ; \n", "empty"),
        ("exp(r)", "unknown name 'r' at column 5"),
        ("pi; __import__('os')", "column"),
        ("exp(p/q); tan(p/q)", "more than 100,000 constants"),
    ],
)
def test_refusals(text, part):
    with pytest.raises(ParameterError, match=part) as caught:
        constants_of(text, 1000)
    assert caught.value.field == "constants"
