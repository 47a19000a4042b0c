"""Straight-line code: instructions, what of them is used, canonical order, the shape without constants."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

VARIABLE = "x"
ARITY = {"+": 2, "-": 2, "*": 2, "/": 2, "sqrt": 1, "fma": 3}
"""Operators of a program with their numbers of operands; ``fma`` is a*b + c."""


class Instruction(NamedTuple):
    """One operation of a program.

    Parameters
    ----------
    operator : str
        A key of `ARITY`.
    operands : tuple of str
        ``x``; ``c0``, ``c1``, ... the constants; ``v0``, ``v1``, ... the results of earlier instructions.
    """

    operator: str
    operands: tuple[str, ...]


def is_constant(operand: str) -> bool:
    """Return whether an operand is c0, c1, ..."""
    return operand[0] == "c"


def result_index(operand: str) -> int | None:
    """Return i for the operand v_i, else ``None``."""
    return int(operand[1:]) if operand[0] == "v" else None


def live(operations: Sequence[Instruction]) -> list[bool]:
    """Return for every instruction whether the last one needs it."""
    needed = [False] * len(operations)
    needed[-1] = True
    for index in reversed(range(len(operations))):
        if needed[index]:
            for operand in operations[index].operands:
                if (source := result_index(operand)) is not None:
                    needed[source] = True
    return needed


def depends_on_variable(operations: Sequence[Instruction]) -> list[bool]:
    """Return for every instruction whether its result depends on x."""
    depends: list[bool] = []
    for line in operations:
        sources = [result_index(operand) for operand in line.operands if operand != VARIABLE]
        depends.append(VARIABLE in line.operands or any(depends[i] for i in sources if i is not None))
    return depends


def count_operations(operations: Sequence[Instruction]) -> dict[str, int]:
    """Return how often each operator occurs among the instructions that are needed and depend on x.

    Notes
    -----
    The published cost: constants and what is made of constants alone are free, ``fma`` counts 1 (Real et al.,
    arXiv:2312.08472).
    """
    counted = zip(operations, live(operations), depends_on_variable(operations), strict=True)
    return dict(Counter(line.operator for line, needed, depends in counted if needed and depends))


def canonical(
    operations: Sequence[Instruction], constants: Sequence[Fraction]
) -> tuple[tuple[Instruction, ...], tuple[Fraction, ...]]:
    """Return equal code with a name and place for everything that depend on what is computed alone.

    Parameters
    ----------
    operations : sequence of Instruction
    constants : sequence of Fraction
        Their exact values.

    Returns
    -------
    tuple of (tuple of Instruction, tuple of Fraction)
        Unused code removed, equal parts merged, operands of ``+``, ``*`` and the factors of ``fma`` ordered by content,
        instructions in the order of a walk from the result, constants in the order of their use. Rounded arithmetic
        gives the same results: only operands of commutative operations are exchanged.
    """
    content = {VARIABLE: VARIABLE, **{f"c{i}": str(value) for i, value in enumerate(constants)}}
    for index, (operator, operands) in enumerate(operations):
        parts = [content[operand] for operand in _ordered(operator, operands, content)]
        content[f"v{index}"] = _digest(operator, parts)
    names: dict[str, str] = {VARIABLE: VARIABLE}
    lines: list[Instruction] = []
    used: list[Fraction] = []

    def name(operand: str) -> str:
        label = content[operand]
        if label not in names:
            if is_constant(operand):
                names[label] = f"c{len(used)}"
                used.append(constants[int(operand[1:])])
            else:
                operator, operands = operations[int(operand[1:])]
                parts = tuple([name(part) for part in _ordered(operator, operands, content)])
                names[label] = f"v{len(lines)}"
                lines.append(Instruction(operator, parts))
        return names[label]

    name(f"v{len(operations) - 1}")
    return tuple(lines), tuple(used)


def structure_digest(operations: Sequence[Instruction]) -> str:
    """Return the digest of the shape: equal for programs that differ in constants, signs, order or association alone.

    Notes
    -----
    Chains of sums and differences, and chains of products, become multisets as far as their inner results are used
    once; what does not depend on x is one constant; a result carries the number of its uses.
    """
    needed, depends = live(operations), depends_on_variable(operations)
    uses = Counter(
        operand for line, wanted in zip(operations, needed, strict=True) if wanted for operand in line.operands
    )
    digests: dict[str, str] = {VARIABLE: VARIABLE}

    def chain(index: int, operators: str) -> list[str]:
        parts: list[str] = []
        for operand in operations[index].operands:
            source = result_index(operand)
            if source is not None and uses[operand] == 1 and depends[source] and operations[source][0] in operators:
                parts += chain(source, operators)
            else:
                parts.append(digests.get(operand, "c"))
        return sorted(parts)

    for index, (operator, operands) in enumerate(operations):
        if needed[index] and depends[index]:
            if operator in ("+", "-"):
                shape = _digest("+", chain(index, "+-"))
            elif operator == "*":
                shape = _digest("*", chain(index, "*"))
            else:
                shape = _digest(operator, [digests.get(operand, "c") for operand in operands])
            digests[f"v{index}"] = f"{shape}x{uses[f'v{index}']}"
    return _digest("result", [digests.get(f"v{len(operations) - 1}", "c")])


def _digest(operator: str, parts: Sequence[str]) -> str:
    return hashlib.sha256(f"{operator}({','.join(parts)})".encode()).hexdigest()[:32]


def _ordered(operator: str, operands: tuple[str, ...], content: Mapping[str, str]) -> list[str]:
    """Return the operands with those that may be exchanged in the order of their content."""
    exchanged = {"+": 2, "*": 2, "fma": 2}.get(operator, 0)
    return [*sorted(operands[:exchanged], key=content.__getitem__), *operands[exchanged:]]
