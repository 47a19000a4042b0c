import json

from discovery.approximation.atlas_table import main
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_verification import check_program
from discovery.settings import ROOT


def test_rows_say_what_was_tried_and_hold_programs_with_proved_bounds(capsys):
    assert main(["exp(x)-1", "0, 1", "--operations", "3", "--starts", "6"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    # No wrapping, and times x, whose core has an operation less: 4, 22, 208 structures.
    assert [row["structures"] for row in rows] == [4, 22 + 4, 208 + 22]
    assert [row["wrappings"] for row in rows] == [[""], ["", "times x"], ["", "times x"]]
    errors = []
    for row in rows:
        program = Program.from_json(row["program"])
        assert program.operation_count() <= row["operations"]
        assert check_program(program).ok
        errors.append(float(row["program"]["max_error"]))
    # x c/(c - x) with minimax constants: the J-fraction of degrees (0, 1) times x, 1.3e-2, is not missed.
    assert errors[2] < 1.4e-2


def test_what_cannot_be_used_is_explained(capsys):
    assert main(["exp(x)-1", "1, 0"]) == 2
    assert "reversed" in capsys.readouterr().err


def test_the_stored_table_is_certified_and_complete():
    rows = [json.loads(line) for line in (ROOT / "data" / "atlas.jsonl").read_text().splitlines()]
    sizes = {}
    for row in rows:
        sizes.setdefault((row["target"], *row["interval"], row["error"]), []).append(row["operations"])
        assert row["starts"] >= 20
        assert row["more_starts"] >= 400
        if row["program"] is not None and row["operations"] >= 4:
            assert check_program(Program.from_json(row["program"])).ok
    assert all(found == [1, 2, 3, 4, 5] for found in sizes.values())
    # A quotient in x^2 that one start in 500 finds.
    assert min(float(row["program"]["max_error"]) for row in rows if row["target"] == "cos(x)") < 2.2e-6
    best = {row["operations"]: float(row["program"]["max_error"]) for row in rows[:5]}
    # The shapes of f2, f3, f5 of Real et al., arXiv:2312.08472, and one squaring of f3, at their minimax.
    assert (rows[0]["target"], rows[0]["interval"]) == ("2^x", ["0", "1"])
    assert best[2] < 2.983e-2
    assert best[3] < 8.674e-4
    assert best[4] < 2.17e-4
    assert best[5] < 4.35e-6
