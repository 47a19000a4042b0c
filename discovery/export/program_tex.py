"""Programs as TeX and as text, generated from the instructions that were verified."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from discovery.exact.expression import Call, Expression, Name, Number, Operation, to_text
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_fields import constant_value
from discovery.exact.programs.program_structure import live
from discovery.exact.tex import to_tex

MAX_INLINE_NODES = 60


def equation_tex(program: Program) -> str:
    r"""Return the approximation as the content of a display: target, ``\approx``, one formula, and the interval.

    Returns
    -------
    str
        TeX of the amsmath package. Results used several times, and constants, stand by their names v_i and c_i;
        `definitions_tex` says what they are.
    """
    lower, upper = (to_tex(end) for end in program.interval)
    return rf"{to_tex(program.target)} \approx {to_tex(_result(program))}, \quad {lower} \le x \le {upper}"


def definitions_tex(program: Program) -> list[str]:
    """Return the named results and the constants of `equation_tex`, one TeX equation each, in the order of use."""
    named = _named(program)
    trees = _trees(program, named)
    values = [f"{to_tex(Name(f'v{i}'))} = {to_tex(trees[f'v{i}'])}" for i in named]
    return values + [f"{to_tex(Name(f'c{i}'))} = {_number_tex(program.constants[i])}" for i in _used_constants(program)]


def lines_tex(program: Program) -> list[str]:
    """Return every needed instruction as one TeX equation: ``v_{0} = x + c_{0}``."""
    needed = live(program.operations)
    trees = _trees(program, list(range(len(program.operations))))
    return [f"{to_tex(Name(f'v{i}'))} = {to_tex(trees[f'v{i}'])}" for i, used in enumerate(needed) if used]


def plain_text(program: Program) -> str:
    """Return a program on one line of plain text, like ``2^x ~ c1/(x+c0) on [0, 1]; c0 = ..., c1 = ...``."""
    named = _named(program)
    trees = _trees(program, named)
    parts = [f"v{i} = {to_text(trees[f'v{i}'])}" for i in named]
    parts += [f"c{i} = {program.constants[i]}" for i in _used_constants(program)]
    ends = ", ".join(to_text(end) for end in program.interval)
    text = f"{to_text(program.target)} ~ {to_text(_result(program))} on [{ends}]"
    return "; ".join([text, ", ".join(parts)]) if parts else text


def _result(program: Program) -> Expression:
    return _trees(program, _named(program))[f"v{len(program.operations) - 1}"]


def _named(program: Program) -> list[int]:
    """Return the instructions, but the last, whose results are used more than once, or would make a long formula."""
    needed = live(program.operations)
    # A square is one use of its operand: it is written as a power.
    uses = Counter(
        operand for line, used in zip(program.operations, needed, strict=True) if used for operand in set(line.operands)
    )
    named: list[int] = []
    sizes: dict[str, int] = {}
    for i, (line, used) in enumerate(zip(program.operations, needed, strict=True)):
        if used:
            size = 1 + sum(sizes.get(operand, 1) for operand in set(line.operands))
            if i < len(program.operations) - 1 and (uses[f"v{i}"] > 1 or size > MAX_INLINE_NODES):
                named.append(i)
                size = 1
            sizes[f"v{i}"] = size
    return named


def _trees(program: Program, named: list[int]) -> dict[str, Expression]:
    """Return the formula of every instruction, with named results by name where they are used."""
    trees: dict[str, Expression] = {}

    def operand_tree(operand: str) -> Expression:
        if operand[0] == "v" and int(operand[1:]) not in named:
            return trees[operand]
        return Name(operand)

    for i, (operator, operands) in enumerate(program.operations):
        parts = [operand_tree(operand) for operand in operands]
        if operator == "sqrt":
            trees[f"v{i}"] = Call("sqrt", (parts[0],))
        elif operator == "fma":
            trees[f"v{i}"] = Operation("+", Operation("*", parts[0], parts[1]), parts[2])
        elif operator == "*" and operands[0] == operands[1]:
            trees[f"v{i}"] = _square(parts[0])
        else:
            trees[f"v{i}"] = Operation(operator, parts[0], parts[1])
    return trees


def _square(base: Expression) -> Expression:
    """Return the square of a formula; a square of a power is one power."""
    if isinstance(base, Operation) and base.op == "^" and isinstance(base.right, Number):
        return Operation("^", base.left, Number(2 * base.right.value))
    return Operation("^", base, Number(Fraction(2)))


def _used_constants(program: Program) -> list[int]:
    needed = live(program.operations)
    used = {operand for line, kept in zip(program.operations, needed, strict=True) if kept for operand in line.operands}
    return [i for i in range(len(program.constants)) if f"c{i}" in used]


def _number_tex(text: str) -> str:
    """Return a constant in TeX: a decimal as written, a hexadecimal float in typewriter type with its size."""
    if "x" in text.lower():
        return rf"\texttt{{{text}}} \approx {_scientific(repr(float(constant_value(text))))}"
    return _scientific(text)


def _scientific(text: str) -> str:
    mantissa, _, exponent = text.lower().partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa
