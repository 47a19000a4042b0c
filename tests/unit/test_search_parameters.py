from dataclasses import dataclass

import pytest

from discovery.errors import ParameterError
from discovery.search import Finding, parameter, parameter_infos, parameters_to_json, parse_parameters


@dataclass(frozen=True)
class Parameters:
    constant: str = parameter("e", help="The constant.", label="Constant")
    degree: int = parameter(1, help="Degree.", label="Degree", minimum=1, maximum=4)
    mode: str = parameter("fast", help="Mode.", label="Mode", choices=("fast", "sure"), advanced=True)


def test_texts_become_values_and_the_rest_defaults() -> None:
    parameters = parse_parameters(Parameters, {"degree": "3", "constant": " tan(1) "})
    assert parameters == Parameters("tan(1)", 3, "fast")
    assert parse_parameters(Parameters, parameters_to_json(parameters)) == parameters
    assert parameter_infos(Parameters)["mode"][1].advanced


@pytest.mark.parametrize(
    ("assignments", "message"),
    [
        ({"degree": "0"}, "degree must be an int in [1, 4]; got 0"),
        ({"degree": 5}, "degree must be an int in [1, 4]; got 5"),
        ({"degree": "2.5"}, "degree must be an int in [1, 4]; got '2.5'"),
        ({"degree": True}, "degree must be an int in [1, 4]; got True"),
        ({"degree": "9" * 10_000}, "degree must be an int in [1, 4]; got '999"),
        ({"mode": "slow"}, "mode must be one of fast, sure; got 'slow'"),
        ({"constant": "  "}, "constant must not be empty"),
        ({"limit": 1}, "unknown parameter 'limit'. Use one of: constant, degree, mode"),
    ],
)
def test_refusals_name_parameter_range_and_value(assignments: dict[str, object], message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        parse_parameters(Parameters, assignments)
    assert str(caught.value).startswith(message)
    assert len(str(caught.value)) < 200


def test_the_id_of_a_finding_depends_on_kind_and_key_alone() -> None:
    def finding(**changes: object) -> Finding:
        values = {
            "formula": {"kind": "k"}, "key": "x", "subject": "e", "cluster": "c", "status": "verified",
            "digits": 10, "surplus_digits": 1.0, "complexity": 2.0,
        }  # fmt: skip
        return Finding(**{**values, **changes})  # type: ignore[arg-type]

    assert finding().id == finding(digits=99, status="proved", subject="pi").id
    assert len({finding().id, finding(key="y").id, finding(formula={"kind": "l"}).id}) == 3
    assert len(finding().id) == 12
