"""The table of the atlas: for a function and every number of operations up to 5, what was tried and the best of it.

``python -m discovery.approximation.atlas_table "sin(x)" "0, pi/4" relative >> data/atlas.jsonl`` makes it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from discovery.approximation.atlas import Atlas, atlas, more_starts
from discovery.approximation.front import Front
from discovery.approximation.genome import fixed_constants, to_program
from discovery.approximation.interval import interval_ends
from discovery.approximation.refinement import Fitted, admit_refined
from discovery.approximation.samples import Samples, sampled_target
from discovery.approximation.targets import make_target
from discovery.errors import DiscoveryError

MAX_OPERATIONS = 5
STARTS = 20
REFINED = 12
SEED = 1


def rows(samples: Samples, operations: Sequence[int], starts: int, seed: int) -> Iterator[dict[str, Any]]:
    """Yield a row for every number of operations: what was tried, and the best program with its proved bound.

    Parameters
    ----------
    samples : Samples
    operations : sequence of int
        At least 1 each; 5 take a minute on one core, 6 an hour.
    starts : int
        Of each structure, 1 to 1000.
    seed : int

    Yields
    ------
    dict
        ``operations``, ``structures``, ``starts``; ``again``: how many of the structures had ``more_starts``; ``seed``;
        ``wrappings``: names of those with a core of this size, ``""`` for none; ``refined``: how many fits got minimax
        constants; ``program``: the formula-file object of the best with its proved ``max_error``, or ``None`` if none
        could be bounded.
    """
    for count in operations:
        found = atlas(samples, count, starts, seed)
        yield {
            "operations": count,
            "structures": found.structures,
            "starts": starts,
            "again": found.again,
            "more_starts": more_starts(starts),
            "seed": seed,
            "wrappings": [item.name for item in samples.wrappings if item.operations < count],
            "refined": REFINED,
            "program": _best(found, samples),
        }


def _best(found: Atlas, samples: Samples) -> dict[str, Any] | None:
    chosen = [Fitted(to_program(item.genome, samples), fixed_constants(item.genome, samples)) for item in found.best]
    bounded = admit_refined(Front(), chosen[:REFINED]).findings
    best = min(bounded, key=lambda finding: float(finding.formula["max_error"]), default=None)
    return None if best is None else dict(best.formula)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the rows of one function as JSON lines; return an exit code."""
    parser = argparse.ArgumentParser(prog="python -m discovery.approximation.atlas_table", description=__doc__)
    parser.add_argument("target", help="a function of x, such as sin(x)")
    parser.add_argument("interval", help="its two ends, such as 0, pi/4")
    parser.add_argument("error", nargs="?", default="relative", help="relative or absolute")
    parser.add_argument("--operations", type=int, default=MAX_OPERATIONS, help="up to so many")
    parser.add_argument("--starts", type=int, default=STARTS, help="of every structure")
    options = parser.parse_args(arguments)
    try:
        lower, upper = interval_ends(options.interval)
        target = make_target(options.target, lower, upper, options.error, zero_factor=True)
        problem = {"target": options.target, "interval": [lower, upper], "error": options.error}
        for row in rows(sampled_target(target), range(1, options.operations + 1), options.starts, SEED):
            print(json.dumps({**problem, **row}), flush=True)
    except DiscoveryError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
