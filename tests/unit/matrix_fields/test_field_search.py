"""The search in matrix fields: fields of a degree from nothing, and batches of rays with their limits."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery.errors import InputError, ParameterError, ProofRefused
from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.fields.trajectory import Trajectory
from discovery.exact.formula import formula_from_json
from discovery.exact.verification import verify
from discovery.matrix_fields.catalogue import known_field, known_fields
from discovery.matrix_fields.domains import Ray, domains
from discovery.matrix_fields.field_findings import PROOF
from discovery.matrix_fields.refinement import (
    BLOCKED,
    ESTIMATED_LIMIT,
    IDENTIFIED,
    NO_LIMIT,
    NO_VALUES,
    UNIDENTIFIED_LIMIT,
    confirm_ray,
)
from discovery.matrix_fields.search import RAYS_PER_UNIT, MatrixFieldParameters, MatrixFieldSearch
from discovery.search import canonical_json, parse_parameters

SEARCH = MatrixFieldSearch()


def findings_of(**values):
    parameters = parse_parameters(MatrixFieldParameters, values)
    results = [SEARCH.run_unit(parameters, 0, unit) for unit in range(SEARCH.units(parameters))]
    return [finding for result in results for finding in result.findings], results


def values_of(findings, kind="trajectory"):
    return {finding.formula.get("value") for finding in findings if finding.kind == kind}


# The published fields of each degree (Elimelech et al., PNAS 121 (2024)), as the catalogue keeps them.
@pytest.mark.parametrize(
    ("degree", "published"),
    [
        (1, {"log2", "degree_1"}),
        (2, {"zeta2", "zeta2_mirror", "degree_2", "degree_2_mirror"}),
        (3, {"zeta3", "log2_cubic", "degree_3"}),
    ],
)
def test_discovery_finds_the_published_fields(degree, published):
    found, (result,) = findings_of(degree=degree)
    keys = {MatrixField.from_json(finding.formula).key() for finding in found}
    assert {known_field(name).field.key() for name in published} <= keys
    assert result.counts["complete over Q"] == 1
    assert all(finding.status == "proved" and finding.proof == PROOF for finding in found)
    assert all(verify(formula_from_json(finding.formula), 50).ok for finding in found)
    # Nothing else, but for the three families with one parameter that degree 1 falls into.
    others = keys - {known.field.key() for known in known_fields().values()}
    assert len(others) == (3 if degree == 1 else 0)


def test_no_field_of_degree_four_and_what_was_checked():
    found, (result,) = findings_of(degree=4)
    assert found == []
    assert result.counts["families"] == 0
    assert result.counts["complete over Q"] == 1
    assert sum(number for name, number in result.counts.items() if name.startswith("top forms")) == result.candidates
    assert "all lower coefficients" in SEARCH.describe(MatrixFieldParameters(degree=4))
    assert "not followed" in SEARCH.describe(MatrixFieldParameters(degree=9))


# Limits of the catalogue, and constants that the literature gives for these fields.
@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({"field": "zeta3", "directions": "1, 0..1"}, {"1/zeta(3)-1"}),
        ({"field": "log2", "directions": "1, 1..2"}, {"1/log(2)-1"}),
        ({"field": "pi", "starts": "1/2", "directions": "1"}, {"1-4/pi"}),
        ({"field": "2f1", "values": "z=-1", "starts": "1,1,2", "directions": "0,0,1"}, {"1-1/(2*log(2))"}),
        ({"field": "1f1_at_1", "starts": "1,2", "directions": "0,1"}, {"1/(1-e)"}),
        ({"field": "degree_3", "values": "c=-1/4", "directions": "1"}, {"log(2)/(4*log(2)-2)-1"}),
    ],
)
def test_rays_are_identified(values, wanted):
    found, _ = findings_of(**values)
    assert values_of(found) & wanted
    for finding in found:
        assert (finding.status in ("verified", "proved"), finding.digits >= 150) == (True, True)
        assert finding.surplus_digits > 100
        assert verify(formula_from_json(finding.formula), 80).ok


def test_quarter_rows_mix_pi_and_zeta_3_in_one_field():
    found, results = findings_of(field="zeta3", starts="1, 1/4..3/4", denominator=4, directions="1, 0..1")
    subjects = {finding.subject for finding in found}
    assert subjects == {"pi, zeta(3)", "zeta(3)"}
    assert {finding.cluster for finding in found} == {"field:zeta3"}
    # DLMF 25.11: the row y = 1/4 is a sum over 1/(n+1/4)^3, whose value is this one (up to a factor).
    assert "8/(28*zeta(3)-pi^3)" in values_of(found, "polynomial_continued_fraction")
    assert results[0].counts[IDENTIFIED] == 6


def test_the_continued_fraction_of_a_ray_is_apery():
    found, _ = findings_of(field="zeta3", directions="1")
    trajectory, fraction = found
    assert (trajectory.kind, fraction.kind) == ("trajectory", "polynomial_continued_fraction")
    assert fraction.formula == {
        "kind": "polynomial_continued_fraction", "value": "6/zeta(3)",
        "a": "34*n^3+51*n^2+27*n+5", "b": "-n^6",
    }  # fmt: skip
    assert fraction.status == "proved"
    # log(1+sqrt(2))^4 over log(10): Apery's rate; delta 0.0805 in the limit (van der Poorten 1979).
    rate = 8 * math.log10(1 + math.sqrt(2))
    assert abs(trajectory.digits_per_term - rate) < 1e-9
    assert abs(fraction.digits_per_term - rate) < 1e-9
    assert abs(trajectory.delta - 0.0805) < 0.02


def test_inverse_steps_and_rational_starts():
    found, _ = findings_of(field="log2", starts="1/2", directions="-1, 2")
    finding = next(item for item in found if item.kind == "trajectory")
    assert finding.formula["direction"] == [-1, 2]
    assert finding.formula["start"] == ["1/2", "1/2"]
    assert finding.formula["value"] == "-4*pi^2/gamma(1/4)^4"
    assert verify(formula_from_json(finding.formula), 60).ok


@pytest.mark.parametrize(
    ("ray", "kind"),
    [
        (Ray("zeta3", (), (Fraction(1), Fraction(1)), (1, -1)), BLOCKED),
        (Ray("2f1", (("z", Fraction(1)),), (Fraction(1),) * 3, (0, 0, 1)), NO_VALUES),
        (Ray("zeta3", (), (Fraction(1, 2), Fraction(1, 2)), (1, 1)), UNIDENTIFIED_LIMIT),
    ],
)
def test_a_ray_without_an_identified_limit_has_a_reason(ray, kind):
    outcome = confirm_ray(ray)
    assert outcome.kind == kind
    assert all(finding.status == "candidate" and "value" not in finding.formula for finding in outcome.findings)


def test_every_ray_is_counted_once():
    _, results = findings_of(field="zeta3", starts="1..2", directions="-1..1")
    parameters = parse_parameters(MatrixFieldParameters, {"starts": "1..2", "directions": "-1..1"})
    assert sum(result.candidates for result in results) == SEARCH.estimate(parameters).candidates == 4 * 8
    assert all(sum(result.counts.values()) == result.candidates <= RAYS_PER_UNIT for result in results)
    assert sum(result.undecided for result in results) == sum(
        number for result in results for kind, number in result.counts.items()
        if kind not in (IDENTIFIED, UNIDENTIFIED_LIMIT, ESTIMATED_LIMIT)
    )  # fmt: skip
    assert all(len({item.id for item in result.findings}) == len(result.findings) for result in results)


def test_units_are_pure():
    parameters = MatrixFieldParameters(field="log2", directions="0..2")
    first, again = (SEARCH.run_unit(parameters, seed, 0) for seed in (0, 7))
    assert [canonical_json(finding.to_json()) for finding in first.findings] == [
        canonical_json(finding.to_json()) for finding in again.findings
    ]
    assert first.counts == again.counts


def test_a_typed_field_is_walked_and_a_false_one_refused():
    typed = known_field("log2").field.to_json()
    found, _ = findings_of(field=canonical_json(typed), directions="1")
    assert "1/log(2)-1" in values_of(found)
    typed["matrices"]["x"][1][1] = "2*y"
    parameters = MatrixFieldParameters(field=canonical_json(typed), directions="1")
    assert SEARCH.units(parameters) == 1
    with pytest.raises(ProofRefused, match="entry"):
        SEARCH.run_unit(parameters, 0, 0)


def test_complex_eigenvalues_have_no_limit():
    # M_x M_y = M_y M_x: a rotation by an irrational angle, whose products turn for ever.
    turning = {"axes": ["x", "y"], "matrices": {"x": [[3, -4], [4, 3]], "y": [[3, -4], [4, 3]]}}
    ray = Ray(canonical_json(turning), (), (Fraction(0), Fraction(0)), (1, 1))
    assert confirm_ray(ray).kind == NO_LIMIT
    # b/(0 + b/(0 + ...)): every second ratio is 0, the others are infinite.
    assert confirm_ray(Ray("log2", (), (Fraction(1, 2), Fraction(1, 2)), (-1, 0))).kind == NO_LIMIT


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"field": "zeta4"}, "field", "zeta3"),
        ({"field": "{"}, "field", "JSON"),
        ({"field": '{"axes": [1]}'}, "field", "names"),
        ({"field": '{"axes": ["' + "x" * 30_000}, "field", "characters"),
        ({"directions": "0"}, "directions", "zero"),
        ({"directions": "0, 1, 2"}, "directions", "2 axes"),
        ({"directions": "1/2"}, "directions", "integers"),
        ({"directions": "0..99"}, "directions", "60"),
        ({"directions": "2..1"}, "directions", "empty"),
        ({"directions": "; rm"}, "directions", "no range"),
        ({"field": "3f2_at_1", "directions": "-9..9"}, "directions", "at most"),
        ({"starts": "1/0"}, "starts", "zero"),
        ({"starts": "1/2001"}, "starts", "1000"),
        ({"starts": "0..999999"}, "starts", "at most"),
        ({"field": "degree_3"}, "values", "c = 1/4"),
        ({"field": "degree_3", "values": "d = 1"}, "values", "parameters are c"),
        ({"field": "zeta3", "values": "c = 1"}, "values", "none"),
        ({"field": "degree_3", "values": "c = pi"}, "values", "rational"),
        ({"field": "all", "values": "c = 1"}, "values", "none"),
        ({"degree": "13"}, "degree", "12"),
        ({"denominator": "0"}, "denominator", "60"),
        ({"constants": "foo("}, None, "foo"),
    ],
)
def test_unusable_parameters_are_refused_with_a_remedy(values, field, words):
    with pytest.raises(InputError) as caught:
        SEARCH.estimate(parse_parameters(MatrixFieldParameters, values))
    if field:
        assert isinstance(caught.value, ParameterError)
        assert caught.value.field == field
    assert words in str(caught.value)
    assert len(str(caught.value)) < 500


def test_too_large_a_batch_is_refused():
    large = MatrixFieldParameters(starts="1..900", directions="0..9")
    estimate = SEARCH.estimate(large)
    assert estimate.candidates > 10**7
    assert "smaller ranges" in estimate.refusal
    assert SEARCH.estimate(MatrixFieldParameters()).refusal is None


@pytest.mark.parametrize("preset", MatrixFieldSearch.presets)
def test_presets_can_be_started(preset):
    parameters = parse_parameters(MatrixFieldParameters, SEARCH.presets[preset].values)
    estimate = SEARCH.estimate(parameters)
    assert estimate.refusal is None
    assert estimate.seconds < 120
    assert SEARCH.describe(parameters)
    assert SEARCH.units(parameters) >= 1


@given(st.integers(0, 3 * 4 * 7 * 2 - 1))
def test_numbered_rays_are_a_bijection(index):
    (domain,) = domains("degree_3", "c = 1, 1/2", "0..2, 1..5/2", 2, "-1..1, 0..1")
    assert domain.size == 2 * 5 * 4 * len(domain.directions)
    ray = domain.ray(index % domain.size)
    places = [coordinates.index(value) for coordinates, value in zip(domain.starts, ray.start, strict=True)]
    back = domain.assignments.index(ray.values)
    for place, coordinates in zip(places, domain.starts, strict=True):
        back = back * len(coordinates) + place
    assert back * len(domain.directions) + domain.directions.index(ray.direction) == index % domain.size


def test_a_refined_ray_is_its_trajectory():
    ray = Ray("log2", (), (Fraction(1), Fraction(1)), (1, 1))
    finding = SEARCH.refine(MatrixFieldParameters(), ray)
    assert Trajectory.from_json(finding.formula).direction == (1, 1)
    assert SEARCH.refine(MatrixFieldParameters(), Ray("zeta3", (), ray.start, (1, -1))) is None
