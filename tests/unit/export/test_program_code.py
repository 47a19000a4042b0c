import ctypes
import json
import shutil
import subprocess
from pathlib import Path

import mpmath
import numpy as np
import pytest

from discovery.errors import InputError
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_error import dyadic_interval
from discovery.exact.programs.program_function import evaluate_floats
from discovery.export.program_code import C_FLAGS, c_code, mpmath_code, numba_code, numpy_code, python_code

CATALOGUE = {
    item["id"]: item
    for item in map(
        json.loads, (Path(__file__).parents[3] / "data" / "formulas" / "programs.jsonl").read_text().splitlines()
    )
}
NAMES = ["autonumerics-zero-f3", "autonumerics-zero-f10", "exp2-centered-9", "tan-8", "airy7-19", "log2-1-2-8"]
ROOT = {
    "target": "sqrt(x+1)",
    "interval": ["0", "1"],
    "constants": ["0.1", "1"],
    "operations": [["+", "x", "c1"], ["sqrt", "v0"], ["*", "v1", "c0"], ["*", "c1", "c1"], ["-", "v1", "v2"]],
}
FUSED = {**ROOT, "format": "float32", "operations": [["fma", "x", "c0", "c1"], ["fma", "v0", "x", "c0"]]}


def programs():
    found = [Program.from_json(CATALOGUE[name]) for name in NAMES if name in CATALOGUE]
    return [*found, Program.from_json(ROOT)]


def points(code, kind=np.float64):
    lower, upper = map(float, dyadic_interval(code.interval))
    return np.linspace(lower, upper, 500).astype(kind)


def run(source):
    """Execute exported Python source and return its names."""
    names = {}
    exec(compile(source, "exported", "exec"), names)  # noqa: S102
    return names


def compile_c(source, tmp_path, kind):
    (tmp_path / "exported.c").write_text(source)
    library = tmp_path / "exported.so"
    command = ["gcc", "-std=c99", "-Wall", "-Wextra", "-Werror", *C_FLAGS, "-shared", "-fPIC", "-o", library]
    result = subprocess.run([*command, tmp_path / "exported.c", "-lm"], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    function = ctypes.CDLL(str(library)).approximation_array
    array = np.ctypeslib.ndpointer(kind, flags="C_CONTIGUOUS")
    function.argtypes, function.restype = [array, array, ctypes.c_size_t], None
    return function


def same_bits(one, other):
    return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=True)


def test_the_sample_is_there():
    assert len(programs()) >= 5


@pytest.mark.parametrize("code", programs(), ids=lambda code: f"{code.operation_count()} operations")
@pytest.mark.parametrize("number_format", ["real", "float32"])
def test_numpy_source_agrees_with_the_evaluator_bit_for_bit(code, number_format):
    code = Program.from_json({**code.to_json(), "format": number_format})
    x = points(code, np.float32 if number_format == "float32" else np.float64)
    assert same_bits(run(numpy_code(code))["approximation"](x), evaluate_floats(code, x))


@pytest.mark.parametrize("code", programs(), ids=lambda code: f"{code.operation_count()} operations")
def test_plain_python_source_agrees_bit_for_bit(code):
    function = run(python_code(code))["approximation"]
    x = points(code)
    assert same_bits(np.array([function(float(v)) for v in x]), evaluate_floats(code, x))


@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")
@pytest.mark.parametrize("code", programs(), ids=lambda code: f"{code.operation_count()} operations")
@pytest.mark.parametrize("number_format", ["real", "float32"])
def test_c_source_compiles_without_warning_and_agrees_bit_for_bit(code, number_format, tmp_path):
    code = Program.from_json({**code.to_json(), "format": number_format})
    x = points(code, np.float32 if number_format == "float32" else np.float64)
    y = np.empty_like(x)
    compile_c(c_code(code), tmp_path, x.dtype)(x, y, x.size)
    assert same_bits(y, evaluate_floats(code, x))


@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")
def test_c_source_rounds_an_fma_once(tmp_path):
    code = Program.from_json(FUSED)
    x = points(code, np.float32)
    y = np.empty_like(x)
    compile_c(c_code(code), tmp_path, x.dtype)(x, y, x.size)
    assert same_bits(y, evaluate_floats(code, x))


@pytest.mark.parametrize("number_format", ["real", "float32"])
def test_numba_source_agrees_bit_for_bit(number_format):
    code = Program.from_json({**CATALOGUE["autonumerics-zero-f10"], "format": number_format})
    x = points(code, np.float32 if number_format == "float32" else np.float64)
    y = np.empty_like(x)
    names = run(numba_code(code))
    names["approximation_array"](x, y)
    assert same_bits(y, evaluate_floats(code, x))
    assert type(names["approximation"](x[3]))(y[3]) == names["approximation"](x[3])


def test_mpmath_source_works_in_real_arithmetic_with_the_constants_as_written(monkeypatch):
    item = CATALOGUE["exp2-centered-9"]
    context = mpmath.MPContext()
    context.dps = 40
    monkeypatch.setattr(mpmath, "mp", context)
    function = run(mpmath_code(Program.from_json(item)))["approximation"]
    errors = [abs(function(x) / context.power(2, x) - 1) for x in context.linspace(-0.5, 0.5, 101)]
    assert 0.97 * float(item["max_error"]) < max(errors) <= float(item["max_error"])


def test_constants_are_exact_and_one_statement_stands_on_a_line():
    code = Program.from_json(CATALOGUE["autonumerics-zero-f10"])
    source = c_code(code)
    for text in code.constants:
        assert f"= {text};" in source
    assert "const double v9 = v8 * v8;" in source
    assert sum(line.strip().startswith("const double v") for line in source.splitlines()) == 10
    assert "rounded to binary64" not in source
    assert "rounded to binary64" in c_code(code.with_constants(("0.1", "2", "3", "4", "5")))
    single = Program.from_json({**code.to_json(), "format": "float32"})
    assert "p+12f;" in c_code(single)
    assert "np.float32(" in numpy_code(single)


def test_gaps_are_bridged_only_where_they_are():
    assert "def divide" in python_code(Program.from_json(CATALOGUE["autonumerics-zero-f10"]))
    assert "def divide" not in python_code(Program.from_json(CATALOGUE["autonumerics-zero-f3"]))
    assert run(python_code(Program.from_json(CATALOGUE["autonumerics-zero-f10"])))["approximation"](
        0.0
    ) == pytest.approx(1)


@pytest.mark.parametrize("write", [numpy_code, numba_code])
def test_languages_without_fma_say_so(write):
    with pytest.raises(InputError, match="no fma"):
        write(Program.from_json(FUSED))


def test_plain_python_has_no_binary32():
    with pytest.raises(InputError, match="binary32"):
        python_code(Program.from_json(FUSED))
