from __future__ import annotations

import itertools

import numpy as np
import pytest

from discovery.esma.sign_patterns import exact_signed_terms, pack_patterns, sign_patterns, signed_terms


@pytest.mark.parametrize(("max_period", "count"), [(1, 2), (3, 10), (4, 22), (6, 106)])
def test_number_of_patterns(max_period, count):
    patterns = sign_patterns(max_period)
    assert len(patterns) == count == len(set(patterns))


def test_every_periodic_word_is_a_repetition_of_exactly_one_pattern():
    patterns = sign_patterns(4)
    for word in itertools.product((1, -1), repeat=12):
        periods = [p for p in (1, 2, 3, 4) if word == word[:p] * (12 // p)]
        matching = [pattern for pattern in patterns if word == pattern * (12 // len(pattern))]
        assert len(matching) == (1 if periods else 0)


def test_packed_bits_mark_the_minus_signs():
    bits, periods = pack_patterns([(1,), (-1,), (1, -1, -1)])
    assert bits.tolist() == [0, 1, 6]
    assert periods.tolist() == [1, 1, 3]
    assert bits.dtype == np.int64


def extract(own, x, signs, count):
    """The definition: floor where the sign is +1, ceil where it is -1."""
    terms = []
    for sign in itertools.islice(itertools.cycle(signs), count):
        term = int(own.floor(x) if sign > 0 else own.ceil(x))
        terms.append(term)
        x = sign / (x - term)
    return terms


@pytest.mark.parametrize("name", ["pi", "e", "tanh(1/5)", "sqrt(31)"])
def test_both_transducers_agree_with_floor_and_ceiling(name, exact_quotients, context):
    constants = {
        "pi": lambda mp: +mp.pi,
        "e": lambda mp: +mp.e,
        "tanh(1/5)": lambda mp: mp.tanh(mp.mpf(1) / 5),  # below 1: a_0 = 0 where b_0 = +1
        "sqrt(31)": lambda mp: mp.sqrt(31),
    }
    row = [0, 1, 1, 0]
    quotients = exact_quotients(constants[name], row, bits=2000)[:120]
    own = context(1200)
    for signs in sign_patterns(5):
        expected = extract(own, constants[name](own), signs, 40)
        assert exact_signed_terms(quotients, signs, 40) == expected
        (bits,), (period,) = pack_patterns([signs])
        terms = np.zeros(40, np.int64)
        assert signed_terms(np.array(quotients, np.int64), len(quotients), bits, period, terms) == 40
        assert terms.tolist() == expected


def test_a_truncated_expansion_gives_a_prefix_of_the_terms(exact_quotients):
    quotients = exact_quotients(lambda mp: mp.e / 7, [0, 1, 1, 0], bits=1000)[:60]
    for signs in sign_patterns(3):
        whole = exact_signed_terms(quotients, signs, 1000)
        (bits,), (period,) = pack_patterns([signs])
        for known in range(12):
            short = exact_signed_terms(quotients[:known], signs, 1000)
            assert short == whole[: len(short)]
            terms = np.zeros(100, np.int64)
            count = signed_terms(np.array(quotients, np.int64), known, bits, period, terms)
            assert terms[:count].tolist() == short
