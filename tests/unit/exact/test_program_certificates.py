"""Bounds of programs of many shapes and functions: near the largest error, and a lower claim is refused."""

from fractions import Fraction
from functools import cache
from itertools import islice

import mpmath
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.approximation.classical import classical_programs
from discovery.approximation.targets import make_target
from discovery.exact.programs.program_bound import bound_error
from discovery.exact.programs.program_verification import check_program

CONTEXT = mpmath.MPContext()
CONTEXT.dps = 40
FUNCTIONS = {
    ("airyai(-7*x)", "0", "1", "absolute"): lambda x: CONTEXT.airyai(-7 * x),
    ("besselj(0,x)", "0", "2", "relative"): lambda x: CONTEXT.besselj(0, x),
    ("besselj(1,x)", "0", "sqrt(2)", "relative"): lambda x: CONTEXT.besselj(1, x),
    ("gamma(x)", "1", "2", "relative"): CONTEXT.gamma,
    ("tan(x)", "0", "3/2", "relative"): CONTEXT.tan,
    ("erf(x)", "1/pi", "sqrt(3)", "absolute"): CONTEXT.erf,
    ("log(x)", "1/sqrt(2)", "sqrt(2)", "relative"): CONTEXT.log,
    ("exp(-x^2)", "-1/e", "pi/4", "absolute"): lambda x: CONTEXT.exp(-x * x),
}
POINTS = 240


@cache
def programs(arguments):
    """Some classical programs for a function."""
    forms = classical_programs(make_target(*arguments, zero_factor=True), 7)
    return [item.program for item in islice(forms, 2, 7, 2)]


def value(program, x):
    """The value at an mpmath number, in 40 digits."""
    values = {"x": x}
    for index, constant in enumerate(program.constant_values):
        values[f"c{index}"] = CONTEXT.mpf(constant.numerator) / constant.denominator
    for index, (operator, (a, b)) in enumerate(program.operations):
        left, right = values[a], values[b]
        if operator == "/":
            values[f"v{index}"] = left / right if right else CONTEXT.inf
        else:
            values[f"v{index}"] = {"+": left + right, "-": left - right, "*": left * right}[operator]
    return values[f"v{len(program.operations) - 1}"]


def sampled(program, function, lower, upper, error):
    """The largest error at Chebyshev points of the interval, its ends left out."""
    low, high = (CONTEXT.mpf(eval_end(end)) for end in (lower, upper))
    worst = CONTEXT.mpf(0)
    for number in range(POINTS):
        x = (low + high) / 2 - (high - low) / 2 * CONTEXT.cos(
            CONTEXT.pi * (number + CONTEXT.mpf("0.01")) / (POINTS - 1)
        )
        if not low < x < high:
            continue
        wanted = function(x)
        difference = abs(value(program, x) - wanted)
        worst = max(worst, difference / abs(wanted) if error == "relative" else difference)
    return worst


def eval_end(text):
    """The number of an end, by mpmath's own constants."""
    known = {"sqrt(2)": CONTEXT.sqrt(2), "1/sqrt(2)": 1 / CONTEXT.sqrt(2), "sqrt(3)": CONTEXT.sqrt(3)}
    known |= {"1/pi": 1 / CONTEXT.pi, "pi/4": CONTEXT.pi / 4, "-1/e": -1 / CONTEXT.e, "3/2": CONTEXT.mpf(3) / 2}
    return known.get(text) or CONTEXT.mpf(text)


@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_the_bound_is_within_one_percent_of_the_largest_error_and_a_lower_claim_is_refused(data):
    arguments = data.draw(st.sampled_from(sorted(FUNCTIONS)))
    program = data.draw(st.sampled_from(programs(arguments)))
    # Constants that are not the best ones: other curves, with the maximum at other places.
    change = data.draw(st.fractions(Fraction(-1, 1000), Fraction(1, 1000), max_denominator=10**6))
    place = data.draw(st.integers(0, len(program.constants) - 1))
    constants = [Fraction(text) for text in program.constants]
    if constants[place] != 1:
        constants[place] *= 1 + change * Fraction(data.draw(st.sampled_from(["0", "1e-3", "1"])))
    changed = program.with_constants(tuple(decimal(number) for number in constants))
    bound = bound_error(changed)
    worst = sampled(changed, FUNCTIONS[arguments], *arguments[1:])
    assert worst * (1 - 1e-12) <= float(bound.bound) <= 1.01 * worst
    assert check_program(changed.with_claim(bound.bound)).ok
    lower = check_program(changed.with_claim(repr(0.99 * float(bound.bound))))
    assert not lower.ok
    assert f"error at x = {lower.bound.place:.10g} is" in lower.reason
    # Not at an end, where a relative error may be a limit.
    low, high = (CONTEXT.mpf(eval_end(end)) for end in arguments[1:3])
    there = max(low + 1e-9, min(high - 1e-9, CONTEXT.mpf(lower.bound.place)))
    assert float(lower.bound.attained) > 0.99 * float(bound.bound)
    assert sampled_at(changed, FUNCTIONS[arguments], there, arguments[3]) > 0.98 * float(bound.bound)


def sampled_at(program, function, x, error):
    """The error at one place."""
    difference = abs(value(program, x) - function(x))
    return difference / abs(function(x)) if error == "relative" else difference


def decimal(number):
    """A fraction rounded to a decimal; whole numbers stay what they are."""
    return str(number) if number.denominator == 1 else f"{round(number * 10**60)}e-60"
