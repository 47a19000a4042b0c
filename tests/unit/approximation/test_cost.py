import pytest

from discovery.approximation.cost import COST_MODELS, OPERATIONS, WEIGHTED
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_structure import ARITY


def test_the_prices_of_a_program_are_summed_over_what_depends_on_x():
    code = Program.from_json(
        {
            "target": "x",
            "interval": ["0", "1"],
            "constants": ["2", "3"],
            "operations": [
                ["/", "c0", "c1"],
                ["*", "x", "v0"],
                ["/", "v1", "c0"],
                ["fma", "x", "v2", "v1"],
                ["sqrt", "x"],
                ["-", "v3", "v4"],
            ],
        }
    )
    assert OPERATIONS.cost(code) == code.operation_count() == 5
    assert WEIGHTED.cost(code) == 3 + 2 * WEIGHTED.weights["/"]


def test_the_models_price_every_operator_and_a_division_like_8_to_16_multiplications():
    assert set(COST_MODELS) == {"operations", "weighted"}
    for model in COST_MODELS.values():
        assert set(model.weights) == set(ARITY)
    assert 8 <= WEIGHTED.weights["/"] / WEIGHTED.weights["fma"] <= 16
    assert WEIGHTED.weights["+"] == pytest.approx(1)
