"""What a program costs, by count: to compare with the literature, or nearer to time on processors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from discovery.exact.programs.program import Program
from discovery.exact.programs.program_structure import ARITY


@dataclass(frozen=True)
class CostModel:
    """A price for every operator.

    Parameters
    ----------
    name : str
    weights : mapping of str to float
        Price of each operator of a program; results that do not depend on x are free.
    """

    name: str
    weights: Mapping[str, float]

    def cost(self, program: Program) -> float:
        """Return the sum of the prices of the operations that are needed and depend on x."""
        return sum(self.weights[operator] * count for operator, count in program.operator_counts().items())


OPERATIONS = CostModel("operations", dict.fromkeys(ARITY, 1.0))
"""The published rule: every operation counts 1, ``fma`` too (Real et al., arXiv:2312.08472)."""

WEIGHTED = CostModel("weighted", {"+": 1.0, "-": 1.0, "*": 1.0, "fma": 1.0, "/": 12.0, "sqrt": 12.0})
"""In units of one multiplication on SIMD hardware, where a division takes the time of 8 to 16 of them."""

COST_MODELS = {model.name: model for model in (OPERATIONS, WEIGHTED)}
