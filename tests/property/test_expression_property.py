"""Round trips of the safe grammar, and that nothing but `ExpressionError` comes out of it."""

from fractions import Fraction

import pytest
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.errors import DiscoveryError, ExpressionError
from discovery.exact.evaluation import evaluate_ball, rational_value
from discovery.exact.expression import Call, Expression, Name, Number, Operation, parse, to_text
from discovery.exact.functions import ATOMS, FUNCTIONS
from discovery.exact.polynomial import from_expression, parse_polynomial
from discovery.exact.polynomial import to_text as polynomial_text
from discovery.exact.precision import working_precision
from discovery.exact.tex import to_tex

VARIABLES = ("k", "x")
CASES = settings(derandomize=True, deadline=None, max_examples=200, database=None)

numbers = st.one_of(
    st.integers(0, 10**12).map(lambda n: Number(Fraction(n))),
    st.integers(0, 10**6).map(lambda n: Number(Fraction(n, 1000))),
)
leaves = st.one_of(numbers, st.sampled_from([*ATOMS, *VARIABLES]).map(Name))


def grow(children: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    calls = st.sampled_from(sorted(FUNCTIONS)).flatmap(
        lambda name: st.tuples(*[children] * FUNCTIONS[name].arity).map(lambda arguments: Call(name, arguments))
    )
    return st.one_of(
        st.builds(Operation, st.sampled_from("+-*/"), children, children),
        st.builds(lambda base, n: Operation("^", base, Number(Fraction(n))), children, st.integers(0, 1000)),
        st.builds(lambda base, name: Operation("^", base, Name(name)), children, st.sampled_from(VARIABLES)),
        st.builds(lambda child: Operation("-", child, None), children),
        calls,
    )


expressions = st.recursive(leaves, grow, max_leaves=12)
rationals = st.recursive(
    numbers,
    lambda children: st.one_of(
        st.builds(Operation, st.sampled_from("+-*/"), children, children),
        st.builds(lambda base, n: Operation("^", base, Number(Fraction(n))), children, st.integers(0, 4)),
        st.builds(lambda child: Operation("-", child, None), children),
    ),
    max_leaves=8,
)
grammar_letters = st.text(alphabet="0123456789.+-*/^(), abekpixLsqrtzgm_", max_size=60)


@CASES
@given(expressions)
def test_parsing_undoes_printing(tree: Expression) -> None:
    text = to_text(tree)
    if len(text) <= 400:
        assert parse(text, VARIABLES) == tree


@CASES
@given(grammar_letters)
def test_what_is_parsed_is_printed_shorter_or_equal_and_read_back(text: str) -> None:
    try:
        tree = parse(text, VARIABLES)
    except ExpressionError:
        return
    canonical = to_text(tree)
    assert len(canonical) <= len(text)
    assert parse(canonical, VARIABLES) == tree


@CASES
@given(st.one_of(st.text(max_size=500), grammar_letters, st.binary(max_size=300).map(lambda b: b.decode("latin-1"))))
def test_nothing_but_an_expression_error_comes_out(text: str) -> None:
    refusal = None
    try:
        parse(text, VARIABLES)
    except ExpressionError as error:
        refusal = error
    if refusal is not None:
        assert 0 <= refusal.position <= len(text)
        assert f"column {refusal.position + 1}" in str(refusal)
        assert "\n" not in str(refusal)
        assert len(refusal.caret().splitlines()) == 2


@CASES
@given(expressions)
def test_every_tree_has_balanced_tex(tree: Expression) -> None:
    tex = to_tex(tree)
    assert tex.count("{") == tex.count("}")
    assert tex.count(r"\left(") == tex.count(r"\right)")
    assert "--" not in tex


@CASES
@given(rationals)
def test_balls_contain_the_exact_value(tree: Expression) -> None:
    try:
        value = rational_value(tree)
    except DiscoveryError:
        return
    assert value is not None
    ball = evaluate_ball(tree, 80)
    with working_precision(4000):
        assert ball.overlaps(arb(fmpq(value.numerator, value.denominator)))


@settings(CASES, max_examples=60)
@given(expressions)
def test_evaluation_ends_with_a_ball_or_an_error_of_ours(tree: Expression) -> None:
    bits = 40
    try:
        ball = evaluate_ball(tree, bits, {"k": arb(3), "x": arb(2).sqrt()})
    except DiscoveryError:
        return
    assert ball.is_finite()
    assert ball.rad() <= arb(2) ** -bits * max(arb(1), abs(ball).upper())


polynomials = st.lists(st.fractions(max_denominator=50), max_size=8).map(
    lambda cs: tuple(cs[: max((i + 1 for i, c in enumerate(cs) if c), default=0)])
)


@CASES
@given(polynomials)
def test_polynomials_are_read_back(coefficients: tuple[Fraction, ...]) -> None:
    assert parse_polynomial(polynomial_text(coefficients, "k"), "k") == coefficients


@CASES
@given(expressions)
def test_expanding_ends_with_coefficients_or_an_error_of_ours(tree: Expression) -> None:
    try:
        coefficients = from_expression(tree, "k")
    except DiscoveryError:
        return
    assert len(coefficients) <= 65
    with pytest.raises(DiscoveryError):
        from_expression(Operation("*", tree, Name("pi")), "k")
