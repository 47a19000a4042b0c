"""One entry changed anywhere in any field of the catalogue is refused, and the unequal entry named with both values."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.errors import InputError, ProofRefused
from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.fields.rational_function import parse_rational_function, variable
from discovery.exact.fields.rational_matrix import multiply, transform
from discovery.exact.fields.trajectory_fields import CATALOGUE
from discovery.exact.formula_file import read_objects

OBJECTS = {item["id"]: item for _, item in read_objects(CATALOGUE.read_bytes())}
PLACES = [
    (name, axis, row, column)
    for name, item in OBJECTS.items()
    for axis, rows in item["matrices"].items()
    for row in range(len(rows))
    for column in range(len(rows))
]
WORDS = re.compile(
    r"conservation: entry \((\d), (\d)\) of M_(\w+) M_(\w+)\(\w+\+1\) is (.+), but of M_\4 M_\3\(\4\+1\) it is (.+)"
)


def changed(place, change):
    name, axis, row, column = place
    obj = json.loads(json.dumps(OBJECTS[name]))
    obj["matrices"][axis][row][column] = change(obj["matrices"][axis][row][column], obj["axes"])
    return obj


def refused(obj):
    with pytest.raises(ProofRefused) as caught:
        MatrixField.from_json(obj)
    found = WORDS.search(str(caught.value))
    assert found, caught.value
    return found


@pytest.mark.parametrize("name", OBJECTS)
def test_every_entry_of_every_field(name) -> None:
    for place in PLACES:
        if place[0] == name:
            found = refused(changed(place, lambda entry, _: f"{entry}+1/7"))
            assert place[1] in (found[3], found[4])
            assert found[5] != found[6]
            assert "it is" not in found[6]


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(PLACES),
    st.sampled_from(["{e}+{x}", "2*({e})+{y}^2", "({e})*(1+{x}*{y})+1", "{e}-3/({x}+{y}+1)", "({e})^2+5*{x}+1/3"]),
)
def test_any_change_of_any_entry(place, form) -> None:
    refused(changed(place, lambda entry, axes: form.format(e=entry, x=axes[0], y=axes[-1])))


@settings(max_examples=25, deadline=None)
@given(st.sampled_from([place for place in PLACES if len(OBJECTS[place[0]]["axes"]) == 2]))
def test_the_entry_named_is_unequal_and_the_first(place) -> None:
    obj = changed(place, lambda entry, axes: f"{entry}+{axes[0]}*{axes[1]}+2")
    found = refused(obj)
    given_field = MatrixField(tuple(obj["axes"]), _rows(obj), tuple(obj.get("parameters", ())))
    a, b = found[3], found[4]
    left = multiply(given_field.matrix(a), _moved(given_field, b, a))
    right = multiply(given_field.matrix(b), _moved(given_field, a, b))
    unequal = [
        (i + 1, j + 1) for i in range(given_field.rank) for j in range(given_field.rank) if left[i][j] != right[i][j]
    ]
    assert (int(found[1]), int(found[2])) == unequal[0]


def _rows(obj):
    """Return the matrices without the proof of conservation that `from_json` makes."""
    names = (*obj["axes"], *obj.get("parameters", ()))
    return tuple(
        tuple(tuple(parse_rational_function(entry, names) for entry in row) for row in obj["matrices"][axis])
        for axis in obj["axes"]
    )


def _moved(field, axis, along):
    step = {along: variable(along, field.variables) + 1}
    return transform(field.matrix(axis), lambda entry: entry.substitute(step))


def test_a_matrix_of_determinant_zero_is_refused_before() -> None:
    obj = json.loads(json.dumps(OBJECTS["log2"]))
    obj["matrices"]["x"][0] = ["0", "0"]
    with pytest.raises(InputError, match="determinant of M_x is zero everywhere"):
        MatrixField.from_json(obj)
