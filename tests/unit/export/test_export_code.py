import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from export_entries import CATALOGUE
from flint import arb
from mpmath import MPContext

from discovery.errors import InputError
from discovery.exact.evaluation import evaluate_ball, evaluate_mpmath
from discovery.exact.expression import parse
from discovery.exact.formula import formula_from_json
from discovery.exact.functions import ATOMS, FUNCTIONS
from discovery.exact.precision import working_precision
from discovery.export.languages import FLINT, MATHEMATICA, MPMATH, PARI, SAGE, LacksFunction, to_code
from discovery.export.polynomial_code import mathematica_code as polynomial_mathematica_code
from discovery.export.signed_code import flint_code, mathematica_code, pari_code, python_code, sage_code

# A start, rational letters, signs, and the formulas of most functions.
WITH_FRACTIONS = {
    "kind": "signed_continued_fraction",
    "value": "phi",
    "b": [-1, 1, 1],
    "a_start": [4, "-3"],
    "a": ["k*(k+1)/2+2", "k^3/3-k/3+2"],
}
APERY = {
    "kind": "polynomial_continued_fraction",
    "value": "6/zeta(3)",
    "a": "34*n^3+51*n^2+27*n+5",
    "b": "-n^6",
}
MATHICS = shutil.which("mathics", path=f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}")
# Mathics has no Hurwitz zeta function, and leaves it as it stands.
LACKED_BY_MATHICS = "HurwitzZeta"
PROGRAMS = [CATALOGUE[n] for n in (0, 3, 10, 13, 19, 36, 41)]
EXAMPLES = {
    "hurwitz": "hurwitz(3,1/3)",
    "polylog": "polylog(2,-3/2)",
    "besseli": "besseli(1/3,2/3)",
    "besselj": "besselj(0,2)",
    "besselk": "besselk(1,3/2)",
    "bessely": "bessely(1/3,2)",
    "L": "L(-3,2)",
    "acosh": "acosh(5/2)",
    "cbrt": "cbrt(-10)",
    "lambertw": "lambertw(-1/4)",
}
EXPRESSIONS = [
    *ATOMS,
    *(EXAMPLES.get(name, f"{name}(1/3)") for name in FUNCTIONS),
    *("ei(-2)", "L(5,1/2)", "L(-4,1)", "L(1,3)", "L(8,1)", "cbrt(27/8)"),
    *("2/3/sqrt(5)", "-pi^2/6+1/3", "(e+1)^(1/3)-2^-3", "(2*3^90)/7^80-log(10)", "10^60/3^99", "1.25-(1-pi)-1/(1/3)"),
]


def run_python(program, tmp_path):
    path = tmp_path / "snippet.py"
    path.write_text(program)
    result = subprocess.run([sys.executable, path], capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()


def run_gp(program, tmp_path):
    path = tmp_path / "snippet.gp"
    path.write_text(program)
    result = subprocess.run(
        ["gp", "--quiet", "--fast", "--default", "parisizemax=1G", path],
        input="",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "***" not in result.stderr, result.stderr
    return result.stdout.splitlines()


def check_output(lines, item, digits):
    first, second = lines
    context = MPContext()
    context.dps = digits + 20
    value = context.mpf(evaluate_mpmath(parse(item["value"]), digits + 20))
    assert abs(context.mpf(first) - value) <= abs(value) * context.mpf(10) ** (1 - digits)
    label, difference = second.split(": ")
    assert label == "difference"
    assert abs(float(difference.replace(" ", ""))) < 10.0**-digits


@pytest.mark.parametrize("item", PROGRAMS, ids=lambda item: item["value"])
def test_the_python_program_prints_the_value(item, tmp_path):
    check_output(run_python(python_code(formula_from_json(item), 60), tmp_path), item, 60)


@pytest.mark.parametrize("item", PROGRAMS, ids=lambda item: item["value"])
def test_the_flint_program_prints_the_value(item, tmp_path):
    check_output(run_python(flint_code(formula_from_json(item), 60), tmp_path), item, 60)


def test_the_python_program_shows_a_wrong_claim(tmp_path):
    _, difference = run_python(python_code(formula_from_json({**CATALOGUE[0], "value": "pi"})), tmp_path)
    assert difference == "difference: -0.423"


@pytest.mark.pari
@pytest.mark.skipif(shutil.which("gp") is None, reason="needs gp: apt-get install pari-gp")
@pytest.mark.parametrize("item", PROGRAMS, ids=lambda item: item["value"])
def test_the_pari_program_prints_the_value(item, tmp_path):
    check_output(run_gp(pari_code(formula_from_json(item), 60), tmp_path), item, 60)


def test_programs_define_letters_with_fractions_and_a_start(tmp_path):
    formula = formula_from_json(WITH_FRACTIONS)
    calls = "\nprint([a(n) for n in range(40)])\nprint([b(n) for n in range(40)])\n"
    *_, letters, signs = run_python(python_code(formula, 20) + calls, tmp_path)
    assert json.loads(letters) == [formula.partial_denominator(n) for n in range(40)]
    assert json.loads(signs) == [formula.sign(n) for n in range(40)]


@pytest.mark.pari
@pytest.mark.skipif(shutil.which("gp") is None, reason="needs gp: apt-get install pari-gp")
def test_the_pari_program_defines_letters_with_fractions_and_a_start(tmp_path):
    formula = formula_from_json(WITH_FRACTIONS)
    calls = "print(vector(40, n, a(n - 1)));\nprint(vector(40, n, b(n - 1)));\n"
    *_, letters, signs = run_gp(pari_code(formula, 20) + calls, tmp_path)
    assert json.loads(letters) == [formula.partial_denominator(n) for n in range(40)]
    assert json.loads(signs) == [formula.sign(n) for n in range(40)]


@pytest.mark.parametrize("item", [*CATALOGUE, WITH_FRACTIONS], ids=lambda item: item["value"])
def test_the_sage_program_is_python_syntax_without_carets(item):
    tree = ast.parse(sage_code(formula_from_json(item)))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.BitXor)]
    assert {node.name for node in tree.body if isinstance(node, ast.FunctionDef)} == {"a", "b"}


def test_the_sage_program_computes_the_fraction(tmp_path):
    # Sage's names given a meaning in mpmath: the program around the value runs as it stands.
    header = """
from mpmath import mp
mp.dps = 75
log, e, ceil = mp.log, mp.e, mp.ceil
class Real(mp.mpf):
    def n(self, digits):
        return mp.nstr(mp.mpf(self), digits)
    def __truediv__(self, other):
        return Real(mp.mpf(self) / mp.mpf(other))
    def __sub__(self, other):
        return Real(mp.mpf(self) - mp.mpf(other))
RealField = lambda bits: Real
"""
    program = sage_code(formula_from_json(CATALOGUE[15]), 60)
    check_output(run_python(header + program, tmp_path), CATALOGUE[15], 60)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_mpmath_text_has_the_value_of_the_expression(text):
    context = MPContext()
    context.dps = 50
    value = eval(to_code(parse(text), MPMATH), {"mp": context})  # noqa: S307
    wanted = context.mpf(evaluate_mpmath(parse(text), 50))
    assert abs(value - wanted) < abs(wanted) * context.mpf(10) ** -44


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_flint_text_has_the_value_of_the_expression(text):
    with working_precision(200):
        value = eval(to_code(parse(text), FLINT), {"arb": arb})  # noqa: S307
        difference = abs(arb(value) - evaluate_ball(parse(text), 200))
        assert difference < arb(10) ** -44


@pytest.mark.skipif(MATHICS is None, reason="needs Mathics: pip install Mathics3")
def test_the_mathematica_programs_print_the_values_and_every_function(tmp_path):
    # One process for all of them: its start takes seconds.
    programs = [mathematica_code(formula_from_json(item), 40) for item in PROGRAMS[:4]]
    programs.append(polynomial_mathematica_code(formula_from_json(APERY), 40))
    texts = [text for text in EXPRESSIONS if LACKED_BY_MATHICS not in to_code(parse(text), MATHEMATICA)]
    assert len(texts) > len(EXPRESSIONS) - 6
    values = [f"Print[N[{to_code(parse(text), MATHEMATICA)}, 30]];" for text in texts]
    path = tmp_path / "snippet.m"
    path.write_text("\n".join([*programs, *values]))
    command = [MATHICS, "-f", path]
    result = subprocess.run(command, input="", capture_output=True, text=True, check=False, timeout=250)
    printed = [line.replace("×10^", "e").strip('"') for line in result.stdout.splitlines()]
    for item, pair in zip([*PROGRAMS[:4], APERY], zip(printed[0:10:2], printed[1:10:2], strict=True), strict=True):
        check_output(pair, item, 38)
    assert len(printed) == 10 + len(texts), result.stdout[-2000:]
    context = MPContext()
    context.dps = 50
    for text, line in zip(texts, printed[10:], strict=True):
        wanted = context.mpf(evaluate_mpmath(parse(text), 50))
        # Some functions of Mathics have machine precision, and are printed with few digits.
        digits = len(line.partition("e")[0].replace(".", "").lstrip("-0"))
        assert abs(context.mpf(line) - wanted) < abs(wanted) * context.mpf(10) ** (2 - digits), text


@pytest.mark.pari
@pytest.mark.skipif(shutil.which("gp") is None, reason="needs gp: apt-get install pari-gp")
def test_pari_text_has_the_value_of_the_expression(tmp_path):
    texts = [text for text in EXPRESSIONS if text != "khinchin"]
    program = "default(realprecision, 50);\n" + "".join(f"print(1.*{to_code(parse(text), PARI)});\n" for text in texts)
    printed = run_gp(program, tmp_path)
    assert len(printed) == len(texts)
    context = MPContext()
    context.dps = 50
    for text, line in zip(texts, printed, strict=True):
        wanted = context.mpf(evaluate_mpmath(parse(text), 50))
        assert abs(context.mpf(line.replace(" E", "e")) - wanted) < abs(wanted) * context.mpf(10) ** -40, text


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_sage_text_is_python_syntax(text):
    code = to_code(parse(text), SAGE)
    ast.parse(code, mode="eval")
    assert "^" not in code


def test_a_function_the_system_lacks_is_named():
    with pytest.raises(LacksFunction, match="PARI/GP has no function for 'khinchin'"):
        to_code(parse("1+khinchin"), PARI)
    with pytest.raises(LacksFunction, match="polylog"):
        to_code(parse("polylog(1/2,1/3)"), PARI)


@pytest.mark.pari
@pytest.mark.skipif(shutil.which("gp") is None, reason="needs gp: apt-get install pari-gp")
def test_a_program_without_the_function_still_runs_and_says_so(tmp_path):
    program = pari_code(formula_from_json({**CATALOGUE[0], "value": "khinchin"}), 30)
    assert "\\\\ PARI/GP has no function for 'khinchin'" in program
    assert run_gp(program, tmp_path) == ["2.71828182845904523536028747135"]


def test_every_function_has_a_text_in_each_system():
    for system in (MPMATH, FLINT, SAGE, PARI, MATHEMATICA):
        lacking = {name for name in FUNCTIONS if name != "L"} - set(system.functions)
        assert not lacking
    assert (
        set(ATOMS)
        == set(MPMATH.atoms)
        == set(FLINT.atoms)
        == set(MATHEMATICA.atoms)
        == set(SAGE.atoms)
        == set(PARI.atoms) | {"khinchin"}
    )


@pytest.mark.parametrize("digits", [0, 100_001])
def test_digits_out_of_range(digits):
    for program in (python_code, flint_code, sage_code, pari_code, mathematica_code):
        with pytest.raises(InputError, match="digits must be"):
            program(formula_from_json(CATALOGUE[0]), digits)
