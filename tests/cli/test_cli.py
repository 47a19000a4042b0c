"""Every command in process: results on standard output as JSON lines, messages on standard error, exit codes."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from discovery.cli import main
from discovery.jobs.registry import search_names
from discovery.settings import ROOT, Settings

SMALL = ["--set", "constant=e", "--set", "degree=1", "--set", "limit=1", "--set", "max_period=2"]
LARGE = ["--set", "constant=pi", "--set", "degree=2", "--set", "limit=5", "--set", "max_period=4"]
E = {"kind": "signed_continued_fraction", "value": "e", "b": [1], "a_start": [2], "a": ["1", "2*k+2", "1"]}

pytestmark = pytest.mark.usefixtures("settings")


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_search_prints_findings_and_a_summary(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "esma", *SMALL, "--jsonl"]) == 0
    *findings, summary = lines(capsys.readouterr().out)
    assert summary["type"] == "summary"
    assert summary["candidates"] == 12 * 4
    assert summary["findings"] == len(findings) > 10
    assert 0 < summary["kernel_seconds"] < summary["seconds"]
    assert {finding["kind"] for finding in findings} == {"signed_continued_fraction"}
    assert {"value": "e", "b": [1], "a_start": [2], "a": ["1", "2*k+2", "1"]}.items() <= next(
        finding for finding in findings if finding["value"] == "e" and finding["b"] == [1]
    ).items()


def test_queue_drain_export_verify(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["runs", "add", "esma", *SMALL]) == 0
    assert lines(capsys.readouterr().out)[0]["state"] == "queued"
    assert main(["worker", "--drain"]) == 0
    capsys.readouterr()
    assert main(["runs", "list"]) == 0
    run = lines(capsys.readouterr().out)[0]
    assert run["state"] == "done"

    target = tmp_path / "out.jsonl"
    assert main(["export", "--where", "constant=e and digits>=50", "-o", str(target)]) == 0
    exported = lines(target.read_text())
    assert len(exported) == run["findings"]
    capsys.readouterr()
    assert main(["verify", str(target), "--digits", "200"]) == 0
    answers = lines(capsys.readouterr().out)
    assert len(answers) == len(exported)
    assert all(answer["ok"] and answer["digits"] >= 200 for answer in answers)

    assert main(["verify", exported[0]["id"], "--digits", "2000"]) == 0
    assert lines(capsys.readouterr().out)[0]["digits"] >= 2000
    for file_format, start in (("tex", "\\documentclass"), ("bib", "@"), ("csv", "id,")):
        assert main(["export", "--format", file_format]) == 0
        assert capsys.readouterr().out.lstrip().startswith(start)


@pytest.mark.parametrize(
    ("assignment", "part"),
    [
        ("constant=nonsense", "unknown name 'nonsense'"),
        ('constant=__import__("os")', "column"),
        ("degree=0", "degree must be an int in [1, 4]; got 0"),
        ("limit=1000000000", "limit"),
        ("limit=3.5", "limit must be an int"),
        ("colour=red", "unknown parameter 'colour'"),
        ("degree", "has no '='"),
        ("constant=2/3", "rational"),
    ],
)
def test_bad_parameters_are_explained(assignment: str, part: str, capsys: pytest.CaptureFixture[str]) -> None:
    started = time.monotonic()
    assert main(["search", "esma", "--set", assignment]) == 2
    captured = capsys.readouterr()
    assert part in captured.err
    assert "Traceback" not in captured.err
    assert captured.out == ""
    assert main(["runs", "list"]) == 0
    assert capsys.readouterr().out == ""
    assert time.monotonic() - started < 30


def test_a_formula_file_with_one_of_everything(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "formulas.jsonl"
    path.write_text(
        "\n".join(
            [
                json.dumps({**E, "id": "right"}),
                json.dumps({**E, "a": ["1", "2*k+3", "1"], "id": "wrong"}),
                json.dumps({**E, "a": ["1", "2*m", "1"]}),
                "{not json",
                json.dumps({"kind": "trajectory", "id": "later"}),
                json.dumps({"kind": "nonsense"}),
                "[" * 100_000,
            ]
        )
    )
    assert main(["verify", str(path), "--digits", "100"]) == 5
    right, wrong, name, syntax, later, unknown, nested = lines(capsys.readouterr().out)
    assert right["ok"]
    assert right["id"] == "right"
    assert not wrong["ok"]
    assert "digit" in wrong["reason"]
    assert name["error"].startswith("line 3: a: unknown name 'm' at column 3")
    assert syntax["error"].startswith("line 4: not JSON")
    assert later["id"] == "later"
    assert later["error"].startswith("line 5: field must be")
    assert "nonsense" in unknown["error"]
    assert nested["error"].startswith("line 7: not usable JSON")


def test_unusable_input_and_unknown_things(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    assert main(["verify", str(empty)]) == 2
    assert main(["verify", str(tmp_path)]) == 2
    assert main(["verify", "000000000000"]) == 3
    assert main(["runs", "show", "77"]) == 3
    assert main(["runs", "resume", "77"]) == 3
    assert main(["runs", "cancel"]) == 2
    assert main(["search", "nonsense"]) == 2
    assert main(["export", "--where", "constant; drop table finding"]) == 2
    assert main(["search", "esma", "--preset", "nonsense"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_store_check_backup_and_doctor(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["store", "check"]) == 0
    assert main(["store", "backup", str(tmp_path / "copy.db")]) == 0
    assert (tmp_path / "copy.db").stat().st_size > 0
    capsys.readouterr()
    assert main(["doctor"]) == 0
    assert lines(capsys.readouterr().out)[0]["store"]["counts"]["run"] == 0


@pytest.mark.timeout(900)
def test_warm_compiles_the_kernels_of_every_search(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["warm"]) == 0
    said = capsys.readouterr().err
    assert [line.partition(":")[0] for line in said.splitlines()] == list(search_names())


def test_a_store_that_cannot_be_written_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "not-a-store.db"
    path.write_text("this is a letter, not a database" * 100)
    assert main(["--store", f"sqlite:///{path}", "runs", "list"]) == 4
    assert "Traceback" not in capsys.readouterr().err
    assert path.read_text().startswith("this is a letter")


def test_a_store_of_a_newer_version_is_refused_and_left_alone(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["runs", "add", "esma"]) == 0
    path = Path(settings.store_url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = path.read_bytes()
    capsys.readouterr()
    for command in (["runs", "add", "esma"], ["search", "esma"], ["worker", "--drain"], ["export"], ["doctor"]):
        assert main(command) == 4
        message = capsys.readouterr().err
        assert "'9999'" in message
        assert "Install the newer version" in message
    assert path.read_bytes() == before


def test_interrupt_saves_the_state_and_says_how_to_go_on(settings: Settings) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "discovery", "search", "esma", *LARGE, "--jsonl"],
        cwd=ROOT,
        env=settings.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert process.stderr.readline().startswith("run 1:")
    time.sleep(2.0)
    process.send_signal(signal.SIGINT)
    output, message = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "runs resume 1" in message
    assert json.loads(output.splitlines()[-1])["state"] == "interrupted"


def test_identify_prints_relations_and_the_continued_fraction(capsys: pytest.CaptureFixture[str]) -> None:
    keys = {"equation", "subject", "coefficients", "digits", "surplus_digits", "accepted"}
    assert main(["identify", "2.1639 53413 73865 28487 70004"]) == 0
    *relations, recognition = lines(capsys.readouterr().out)
    assert all(line["type"] == "identification" and keys <= line.keys() for line in [*relations, recognition])
    assert "e*x - x - e - 1 = 0" in {line["equation"] for line in relations}
    assert recognition["equation"] == "x = (e+1)/(e-1)"
    assert recognition["recognition"]["kind"] == "Hurwitzian"
    assert recognition["recognition"]["proved"]
    assert main(["identify", "pi"]) == 0
    captured = capsys.readouterr()
    assert [line["equation"] for line in lines(captured.out)] == ["x - pi = 0"]
    assert "Not Hurwitzian as far as" in captured.err
    assert main(["identify", "zeta(3"]) == 2
    assert "^" in capsys.readouterr().err.splitlines()[-1]


def test_a_store_is_exported_and_taken_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["search", "esma", *SMALL, "--jsonl"]) == 0
    number = len(lines(capsys.readouterr().out)) - 1
    file = str(tmp_path / "store.jsonl.gz")
    assert main(["store", "export", file]) == 0
    assert f"{number} findings written" in capsys.readouterr().err
    assert main(["store", "export", file]) == 4
    assert "overwrites nothing" in capsys.readouterr().err
    for known in (0, number):
        monkeypatch.setenv("DISCOVERY_DATA", str(tmp_path / "other"))
        assert main(["store", "import", file]) == 0
        assert f"{number - known} new findings" in capsys.readouterr().err
    (tmp_path / "text").write_text("nothing")
    assert main(["store", "import", str(tmp_path / "text")]) == 2
    assert "Nothing was imported" in capsys.readouterr().err
