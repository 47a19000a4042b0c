"""The sweep finds exactly the families that are known to be Hurwitzian, and nothing in the controls."""

import pytest

from discovery.errors import ParameterError
from discovery.esma.sweep import CONTROLS, SweepParameters, SweepSearch
from discovery.search import PROVED, parse_parameters

SEARCH = SweepSearch()


def subjects_found(parameters):
    results = [SEARCH.run_unit(parameters, 0, index) for index in range(SEARCH.units(parameters))]
    assert sum(result.undecided for result in results) == 0
    assert all(finding.status == PROVED for result in results for finding in result.findings)
    return {finding.subject for result in results for finding in result.findings}


@pytest.mark.parametrize(
    ("family", "expected"),
    [
        # Euler; Perron: exp(1/q) and exp(2/q) alone among the powers of e at fractions.
        ("exp(p/q)", {"exp(1)", "exp(2)", "exp(1/2)", "exp(1/3)", "exp(2/3)"}),
        ("tan(p/q)", {"tan(1)", "tan(1/2)", "tan(1/3)"}),  # Lambert
        ("tanh(p/q)", {"tanh(1)", "tanh(1/2)", "tanh(1/3)"}),
        ("cbrt(p+1)", set()),
        ("log(1+p/q)", set()),
        # Gauss, Lehmer: the quotient of order nu at z, where 2/z and 2 nu/z are integers.
        ("besseli(p,2/q)/besseli(p-1,2/q)", None),
    ],
)
def test_families(family, expected):
    parameters = SweepParameters(constants=family, largest=3, limit=1, max_period=1)
    found = subjects_found(parameters)
    if expected is None:
        assert len(found) == SEARCH.units(parameters) == 7
    else:
        assert found == expected


def test_controls_give_nothing():
    parameters = SweepParameters(constants=CONTROLS)
    assert subjects_found(parameters) == set()
    assert SEARCH.units(parameters) == 8


def test_a_constant_that_cannot_be_searched_is_counted_and_stops_nothing():
    parameters = SweepParameters(constants="log(0); sqrt(-2); exp(100); e", limit=1, max_period=1)
    results = [SEARCH.run_unit(parameters, 0, index) for index in range(4)]
    assert [(result.candidates, result.undecided, bool(result.findings)) for result in results] == [
        (24, 24, False),
        (24, 24, False),
        (24, 24, False),
        (24, 0, True),
    ]


def test_estimate_and_presets():
    for preset in SEARCH.presets.values():
        parameters = parse_parameters(SweepParameters, preset.values)
        estimate = SEARCH.estimate(parameters)
        assert estimate.refusal is None
        assert estimate.chance_hits < 1e-50
        assert estimate.candidates > SEARCH.units(parameters)
        assert "constants c" in SEARCH.describe(parameters)
    with pytest.raises(ParameterError, match="unknown name"):
        SEARCH.estimate(SweepParameters(constants="nonsense"))
    assert "Use a limit of at most" in SEARCH.estimate(SweepParameters(limit=10**9)).refusal


def test_a_unit_is_pure():
    parameters = SweepParameters(limit=1)
    first = SEARCH.run_unit(parameters, 0, 0)
    second = SEARCH.run_unit(parameters, 7, 0, b"anything")
    assert first.findings == second.findings
    assert first.findings
