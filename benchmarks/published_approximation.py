"""The published selection, written plainly: NSGA-II on error and cost, four mutations, copies, no wrappings.

Constants are fitted as in the product, from random starts at every evaluation: what is compared is the selection.

References
----------
Real et al., arXiv:2312.08472; Deb et al., "A fast and elitist multiobjective genetic algorithm: NSGA-II",
IEEE Trans. Evol. Comput. 6 (2002), section III.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from discovery.approximation.breeding import checked_key, make_scratch
from discovery.approximation.fit import Rule, fit
from discovery.approximation.interpreter import LEFT, MAX_LINES, OPERATION, RIGHT, UNARY, Core, Floats, Integers
from discovery.approximation.mutation import delete_line, insert_line, random_line
from discovery.approximation.samples import Samples
from discovery.approximation.starts import Draw, random_start
from discovery.approximation.structure import compact, uses_variable

POPULATION = 128
MUTATIONS = (1, 2, 3, 3)
"""Weights of: insert a line, remove one, rewire an operand, draw an operation anew."""
_RULE = Rule(120, 1e-5, 120, 0.0, 1e-3, True, False)


@dataclass
class Individual:
    """A program: code and number of lines, its error and the constants it was reached with."""

    code: Integers
    lines: int
    error: float = np.inf


class Published:
    """A population that `generation` moves on.

    Parameters
    ----------
    samples : Samples
        With one wrapping, none at all.
    operations : int
        Longest programs.
    seed : int
    """

    def __init__(self, samples: Samples, operations: int, seed: int) -> None:
        self.samples, self.operations = samples, operations
        self.rng = np.random.default_rng(seed)
        self.state = np.array([seed], np.uint64)
        self.scratch = make_scratch()
        self.constants: Floats = np.zeros((2, MAX_LINES))
        self.best: dict[int, float] = {}
        """Smallest error by number of operations."""
        self.fits = 0
        code = np.zeros((3, MAX_LINES), np.int64)
        random_line(self.state, code, 0, self.constants)
        code[LEFT, 0] = code[RIGHT, 0] = 0
        self.population = [self.evaluated(Individual(code.copy(), 1)) for _ in range(POPULATION)]

    def run(self, seconds: float) -> None:
        """Make generations for so many seconds of processor time."""
        end = time.process_time() + seconds
        while time.process_time() < end:
            self.generation()

    def generation(self) -> None:
        """Choose parents, make as many children, and keep the better half of both."""
        ranks, crowding = self.ranked(self.population)
        children = []
        for number in range(POPULATION):
            one, other = self.rng.integers(0, len(self.population), 2)
            better = (ranks[one], -crowding[one]) <= (ranks[other], -crowding[other])
            parent = self.population[one if better else other]
            child = Individual(parent.code.copy(), parent.lines)
            if number % 2:
                self.mutate(child)
            children.append(self.evaluated(child))
        everyone = self.population + children
        ranks, crowding = self.ranked(everyone)
        order = sorted(range(len(everyone)), key=lambda place: (ranks[place], -crowding[place]))
        self.population = [everyone[place] for place in order[:POPULATION]]

    def mutate(self, child: Individual) -> None:
        """Make one random change in place."""
        code, lines = child.code, child.lines
        which = self.rng.choice(4, p=np.array(MUTATIONS) / sum(MUTATIONS))
        place = int(self.rng.integers(0, lines))
        if which == 0 and lines < self.operations:
            lines = insert_line(self.state, code, lines, self.constants, int(self.rng.integers(0, lines + 1)))
        elif which == 1 and lines > 1:
            lines = delete_line(self.state, code, lines, self.constants, place)
        elif which == 2:
            side = RIGHT if code[OPERATION, place] >= UNARY and self.rng.random() < 0.5 else LEFT
            code[side, place] = self.rng.integers(0, place + 1)
        elif which == 3:
            code[OPERATION, place] = self.rng.integers(0, 8)
            code[RIGHT, place] = self.rng.integers(0, place + 1)
        child.lines = compact(code, lines, self.constants, self.scratch.numbers)

    def evaluated(self, item: Individual) -> Individual:
        """Fit the constants from a random start and return the individual with its error."""
        core = Core(item.code, item.lines, 0)
        item.error = np.inf
        if uses_variable(item.code, item.lines) and checked_key(core, self.scratch):
            draw = Draw(self.constants, self.constants, 1.0, 0.5, 6)
            random_start(self.state, core, self.samples.table, self.scratch.space, draw)
            _, item.error, _ = fit(core, self.constants, _RULE, self.samples.table, self.scratch.space)
            self.fits += 1
        self.best[item.lines] = min(item.error, self.best.get(item.lines, np.inf))
        return item

    @staticmethod
    def ranked(items: list[Individual]) -> tuple[list[int], list[float]]:
        """Return front number and crowding distance of each, over (operations, error)."""
        ranks, crowding = [0] * len(items), [0.0] * len(items)
        left = sorted(range(len(items)), key=lambda place: (items[place].lines, items[place].error))
        rank = 0
        while left:
            front: list[int] = []
            rest: list[int] = []
            lowest = np.inf
            for place in left:
                # Equal to the last one in both: on the same front.
                error = items[place].error
                same = front and (items[front[-1]].lines, items[front[-1]].error) == (items[place].lines, error)
                if error < lowest or same or not front:
                    front.append(place)
                    lowest = error
                else:
                    rest.append(place)
            errors = [min(300.0, -float(np.log10(max(items[place].error, 1e-300)))) for place in front]
            width = (max(errors) - min(errors)) or 1.0
            size = (items[front[-1]].lines - items[front[0]].lines) or 1
            for number, place in enumerate(front):
                ranks[place] = rank
                if number in (0, len(front) - 1):
                    crowding[place] = np.inf
                    continue
                before, after = number - 1, number + 1
                crowding[place] = abs(errors[after] - errors[before]) / width
                crowding[place] += (items[front[after]].lines - items[front[before]].lines) / size
            left, rank = rest, rank + 1
        return ranks, crowding
