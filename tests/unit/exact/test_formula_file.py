import json

import pytest

from discovery.errors import InputError
from discovery.exact.formula_file import MAX_BYTES, read_objects

ONE = {"kind": "program", "id": "a"}
TWO = {"kind": "trajectory", "id": "b"}


@pytest.mark.parametrize(
    "text",
    [
        f"{json.dumps(ONE)}\n{json.dumps(TWO)}\n",
        f"\ufeff{json.dumps(ONE)}\r\n\r\n{json.dumps(TWO)}",
        json.dumps([ONE, TWO]),
        json.dumps([ONE, TWO], indent=2),
    ],
)
def test_lines_and_arrays_are_read_alike(text: str) -> None:
    assert [item for _, item in read_objects(text.encode())] == [ONE, TWO]


def test_one_object_over_several_lines() -> None:
    assert list(read_objects(json.dumps(ONE, indent=2).encode())) == [(1, ONE)]


def test_a_bad_line_does_not_hide_the_others() -> None:
    text = f"{json.dumps(ONE)}\n{{broken\n5\n{'[' * 100_000}\n{json.dumps(TWO)}"
    items = dict(read_objects(text.encode()))
    assert items[1] == ONE
    assert items[5] == TWO
    assert str(items[2]).startswith("not JSON")
    assert "got int" in str(items[3])
    assert "nested too deeply" in str(items[4])


@pytest.mark.parametrize(
    ("data", "part"),
    [(b"", "empty"), (b" \n ", "empty"), (b"\xff\xfe{}", "UTF-8"), (b" " * (MAX_BYTES + 1), "at most")],
)
def test_unusable_files(data: bytes, part: str) -> None:
    with pytest.raises(InputError, match=part):
        list(read_objects(data))
