"""What a search hands from one unit to the next: front, what was looked at, seeds and populations, as bytes."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from discovery.approximation.front import Front
from discovery.errors import InputError
from discovery.exact.programs.program import Program
from discovery.search import canonical_json

LEAST_SQUARES = 5.0
"""A least-squares fit with a maximum so many times that of the front has not been seen to beat it when refined."""
GAIN = 1e-3
"""A fit is looked at again only if it is better than the last one by this part."""


@dataclass(frozen=True)
class Progress:
    """The state between two units.

    Parameters
    ----------
    front : Front
        Proved bounds found by this run.
    refined : dict of int to float
        By number of operations, the smallest error of a fit that was refined.
    seeds : tuple of Program
        Programs the populations begin with; empty once they have begun.
    populations : bytes or None
        As of `evolution.to_bytes`; ``None`` before they begin.
    """

    front: Front = field(default_factory=Front)
    refined: dict[int, float] = field(default_factory=dict)
    seeds: tuple[Program, ...] = ()
    populations: bytes | None = None

    def is_promising(self, operations: int, error: float) -> bool:
        """Return whether a fit with this error may beat the front when it is refined."""
        best = self.front.best(operations)
        return best is None or error < LEAST_SQUARES * float(best)

    def is_new(self, operations: int, error: float) -> bool:
        """Return whether no fit as good was refined before."""
        return error < (1 - GAIN) * self.refined.get(operations, math.inf)

    def after(self, front: Front, fits: Iterable[tuple[int, float]], populations: bytes) -> Progress:
        """Return the state after some fits, as (operations, error), were refined."""
        refined = dict(self.refined)
        for operations, error in fits:
            refined[operations] = min(error, refined.get(operations, math.inf))
        return replace(self, front=front, refined=dict(sorted(refined.items())), seeds=(), populations=populations)

    def to_bytes(self) -> bytes:
        """Return the checkpoint: a line of JSON, and the populations after it."""
        head: dict[str, Any] = {
            "front": list(self.front.errors.items()),
            "refined": list(self.refined.items()),
            "seeds": [program.to_json() for program in self.seeds],
        }
        return canonical_json(head).encode() + b"\n" + (self.populations or b"")

    @classmethod
    def from_bytes(cls, checkpoint: bytes | None) -> Progress:
        """Return the state of a checkpoint; ``None``: nothing was done yet.

        Raises
        ------
        InputError
            The bytes are no such checkpoint.
        """
        if checkpoint is None:
            return cls()
        line, _, populations = checkpoint.partition(b"\n")
        try:
            head = json.loads(line)
            front = Front({int(count): str(error) for count, error in head["front"]})
            refined = {int(count): float(error) for count, error in head["refined"]}
            seeds = tuple(map(Program.from_json, head["seeds"]))
        except (ValueError, KeyError, TypeError):
            raise InputError("the checkpoint is not that of an approximation search") from None
        return cls(front, refined, seeds, populations or None)
