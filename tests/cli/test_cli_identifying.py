"""``identify --basis`` and ``sequence`` on the command line."""

import json
from pathlib import Path

import pytest

from discovery.cli import main

MOTZKIN = "1 1 2 4 9 21 51 127 323 835 2188 5798 15511 41835 113634 310572"


pytestmark = pytest.mark.usefixtures("settings")


def lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def test_identify_in_a_chosen_basis(capsys: pytest.CaptureFixture[str]) -> None:
    # zeta(3) + pi^2/7 - log(2)/3 to 31 digits
    number = "2.380951328842854223046540454341"
    assert main(["identify", "zeta(3)+pi^2/7-log(2)/3", "--basis", "zeta(3), pi^2", "--basis", "log(2)"]) == 0
    first = lines(capsys.readouterr().out)[0]
    assert (first["equation"], first["chosen"]) == ("21*x - 21*zeta(3) - 3*pi^2 + 7*log(2) = 0", True)
    assert first["coefficients"] == ["21", "-21", "-3", "7", "0"]
    assert first["terms"] == ["x", "zeta(3)", "pi^2", "log(2)", "1"]
    assert main(["identify", number, "--basis", "zeta(3),pi^2,log(2)", "--all"]) == 0
    first, *others = lines(capsys.readouterr().out)
    assert (first["value"], first["accepted"]) == ("(21*zeta(3)+3*pi^2-7*log(2))/21", True)
    assert any("could be bought for any number" in line["reason"] for line in others if "reason" in line)


@pytest.mark.parametrize(
    "basis", ["zeta(3", "pi,<script>", ",".join(f"log({n})" for n in (2, 3, 5, 7, 11, 13, 17, 19, 23))]
)
def test_a_bad_basis_is_an_input_error(basis: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["identify", "1.2345678", "--basis", basis]) == 2
    assert "error:" in capsys.readouterr().err


def test_sequence_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "motzkin.txt"
    path.write_text(MOTZKIN)
    assert main(["sequence", str(path), "--first", "0"]) == 0
    captured = capsys.readouterr()
    (record,) = lines(captured.out)
    assert (record["type"], record["schema"]) == ("recurrence", 1)
    assert record["text"] == "(n+2)*a(n) = (2*n+1)*a(n-1) + 3*(n-1)*a(n-2)"
    assert record["next"][0] == "853467"
    assert "16 terms" in captured.err


def test_sequence_with_a_wrong_term(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "wrong.txt"
    path.write_text(MOTZKIN.replace(" 835 ", " 836 "))
    assert main(["sequence", str(path)]) == 0
    captured = capsys.readouterr()
    (record,) = lines(captured.out)
    assert (record["type"], record["index"], record["expected"]) == ("fault", 9, "835")
    assert "no law predicts enough" in captured.err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "there are 0 terms"),
        (b"1,2,3,x", "term 4 is 'x'"),
        (b"\xff\xfe1,2,3,4", "term 1"),
        (b"1," * 300_000, "bytes"),
    ],
)
def test_bad_sequences(content: bytes, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes(content)
    assert main(["sequence", str(path)]) == 2
    assert message in capsys.readouterr().err


def test_missing_files_and_folders(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sequence", str(tmp_path)]) == 2
    assert "is a folder" in capsys.readouterr().err
    assert main(["sequence", str(tmp_path / "none.txt")]) == 4
