"""The catalogue of fields: every entry proved, every limit against exact products and mpmath."""

import pytest
from flint import fmpz_mat
from mpmath import MPContext

from discovery.errors import InputError
from discovery.exact.evaluation import evaluate_mpmath
from discovery.exact.fields.field_transformations import gauge, specialize
from discovery.exact.fields.rational_function import parse_rational_function
from discovery.matrix_fields.catalogue import KnownField, known_field, known_fields
from discovery.matrix_fields.hypergeometric import hypergeometric_field

DIGITS = 40
LIMITS = [
    pytest.param(known, index, id=f"{known.identifier}-{index}")
    for known in known_fields().values()
    for index in range(len(known.limits))
]


def test_the_catalogue_holds_the_published_fields() -> None:
    expected = {"e", "pi", "pi_symmetric", "log2", "zeta2", "zeta2_mirror", "zeta3", "log2_cubic"}
    expected |= {"degree_1", "degree_2", "degree_3", "2f1", "3f2", "1f1"}
    assert expected <= set(known_fields())


@pytest.mark.parametrize("known", known_fields().values(), ids=lambda known: known.identifier)
def test_every_field_is_conservative_and_has_a_source(known: KnownField) -> None:
    assert known.field.conservation_defect() is None
    assert known.source
    assert known.name


@pytest.mark.parametrize(("known", "index"), LIMITS)
def test_every_limit_agrees_with_exact_products(known: KnownField, index: int) -> None:
    limit = known.limits[index]
    step = specialize(known.field, dict(limit.values)).step_matrix(limit.start, limit.direction)

    def product(low: int, high: int) -> fmpz_mat:
        if high - low == 1:
            return fmpz_mat([[entry(low) for entry in row] for row in step.rows])
        middle = (low + high) // 2
        return product(low, middle) * product(middle, high)

    total = product(0, 200)
    context = MPContext()
    context.dps = DIGITS + 10
    reached = context.mpf(int(total[0, 1])) / int(total[1, 1])
    assert abs(reached - context.mpf(evaluate_mpmath(limit.value, DIGITS + 10))) < context.mpf(10) ** -DIGITS


@pytest.mark.parametrize(
    "known", [known for known in known_fields().values() if known.pair], ids=lambda known: known.identifier
)
def test_pairs_give_the_matrices_up_to_the_constant_of_b(known: KnownField) -> None:
    assert known.pair is not None
    field = known.pair.field(known.field.matrix("x")[0][1].substitute({"x": 0}))
    assert field == known.field


def test_the_members_of_families_are_those_listed_on_their_own() -> None:
    assert specialize(known_field("degree_3").field, {"c": 0}) == known_field("zeta3").field
    assert specialize(known_field("degree_2").field, {"c": 0}) == known_field("zeta2").field
    assert specialize(known_field("degree_2_mirror").field, {"c": 0}) == known_field("zeta2_mirror").field
    assert specialize(known_field("degree_1").field, {"c0": 0, "c1": 1, "c2": 0, "c3": 1}) == known_field("log2").field
    assert specialize(known_field("2f1").field, {"z": -1}) == known_field("2f1_at_minus_1").field
    assert specialize(known_field("1f1").field, {"z": 1}) == known_field("1f1_at_1").field
    assert known_field("3f2_at_1").field == hypergeometric_field(3, 2, 1)


def test_the_gauge_of_zeta3_is_the_one_in_the_note() -> None:
    u = tuple(tuple(parse_rational_function(text, ("x", "y")) for text in row) for row in (("x^3", "0"), ("0", "1")))
    assert gauge(known_field("zeta3").field, u) == known_field("zeta3_gauge").field


def test_an_unknown_id_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"no field of the catalogue has the id 'zeta5'. Ids are: e, pi"):
        known_field("zeta5")
