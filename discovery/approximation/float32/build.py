"""Makes data/kernels.jsonl: ``python -m discovery.approximation.float32.build [--certify] [FUNCTION ...]``.

All kernels of the functions named, or of all, are made and scanned over their principal intervals. With ``--certify``
nothing is made: the first kernel of every method is scanned over every number of its domain, some ten seconds on a
quiet core and the minutes it takes on a busy one, and its claim becomes what was found.
"""

from __future__ import annotations

import argparse
import json
import sys

from discovery.approximation.float32.catalogue import FILE, FUNCTIONS, MIN_BITS, accuracy_bits, read
from discovery.approximation.float32.kernel import Kernel
from discovery.approximation.float32.making import (
    degrees_for,
    kernel_with_degrees,
    make_default,
    make_for_accuracy,
    scanned_everywhere,
    scanned_principally,
)
from discovery.approximation.float32.reductions import REDUCTIONS

_BITS_OF_ONE_ULP = 23
_SMALL_FORMATS = ("float16", "bfloat16")
_NORMAL = "-normal"


def lines_for(function: str, threads: int) -> list[Kernel]:
    """Return the kernels of a function: of every format the default first, then cheaper ones by falling error."""
    methods = [name for name, item in REDUCTIONS.items() if item.function == function]
    kernels: list[Kernel] = []
    for name in (function, *(name for name in methods if name.endswith(_NORMAL))):
        kernels.append(scanned_principally(make_default(name), threads, _log))
    kernels += _table([name for name in methods if not name.endswith(_NORMAL)], kernels[0], threads)
    for number_format in _SMALL_FORMATS:
        kernels += _small_table([name for name in methods if not name.endswith(_NORMAL)], number_format)
    return kernels


def certified(kernels: list[Kernel], threads: int) -> list[Kernel]:
    """Return the kernels with full scans behind the claims of the float32 default and of that for normal values."""
    firsts = [
        next(
            (k for k in kernels if k.number_format == "float32" and k.reduction_name.endswith(_NORMAL) == normal), None
        )
        for normal in (False, True)
    ]
    return [scanned_everywhere(kernel, threads, _log) if kernel in firsts else kernel for kernel in kernels]


def _table(methods: list[str], default: Kernel, threads: int) -> list[Kernel]:
    """Return kernels for every number of bits, without those that another beats in error and operations."""
    made: dict[tuple[str, tuple[int, ...]], Kernel] = {}
    for name in methods:
        for bits in range(MIN_BITS, _BITS_OF_ONE_ULP + 1):
            kernel = make_for_accuracy(name, 2.0 ** (_BITS_OF_ONE_ULP - bits))
            if kernel is not None:
                made.setdefault((name, kernel.degrees), kernel)
    scanned = [scanned_principally(kernel, threads, _log) for kernel in made.values()]
    return _front([default, *scanned])[1:]


def _small_table(methods: list[str], number_format: str) -> list[Kernel]:
    """Return kernels for a 16-bit format, scanned over all of its numbers; the first has the smallest error."""
    made: dict[tuple[str, tuple[int, ...]], Kernel] = {}
    for name in methods:
        for bits in range(MIN_BITS, _BITS_OF_ONE_ULP + 1):
            degrees = degrees_for(REDUCTIONS[name], 2.0 ** (_BITS_OF_ONE_ULP - bits))
            if degrees is not None and (name, degrees) not in made:
                made[name, degrees] = scanned_everywhere(kernel_with_degrees(name, degrees, number_format), 1, _log)
    return _front(list(made.values()))


def _front(kernels: list[Kernel]) -> list[Kernel]:
    """Return the kernels that no other beats in error and operations, the most accurate first."""
    ordered = sorted(kernels, key=lambda kernel: (_error(kernel), kernel.operations))
    front: list[Kernel] = []
    for kernel in ordered:
        if accuracy_bits(kernel) >= MIN_BITS and all(kernel.operations < other.operations for other in front):
            front.append(kernel)
    return front


def _error(kernel: Kernel) -> float:
    """Return the largest error; where every result is the correctly rounded one, no other can be better."""
    largest = float(kernel.max_ulp or "inf")
    return 0.5 if (kernel.scan or {}).get("misrounded") == 0 else largest


def _log(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return the exit status."""
    parser = argparse.ArgumentParser(prog="discovery.approximation.float32.build", description=__doc__)
    parser.add_argument("functions", nargs="*", metavar="FUNCTION", help=", ".join(FUNCTIONS))
    parser.add_argument("--certify", action="store_true", help="scan the defaults in the file over their whole domain")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(arguments)
    if unknown := set(options.functions) - set(FUNCTIONS):
        parser.error(f"unknown function {', '.join(sorted(unknown))}; use {', '.join(FUNCTIONS)}")
    known = read() if FILE.exists() else ()
    for function in options.functions or FUNCTIONS:
        rows = {item: [kernel for kernel in known if kernel.function == item] for item in FUNCTIONS}
        if options.certify:
            rows[function] = certified(rows[function], options.threads)
        else:
            rows[function] = lines_for(function, options.threads)
        known = tuple(kernel for item in FUNCTIONS for kernel in rows[item])
        text = "".join(json.dumps(kernel.to_json(), ensure_ascii=False) + "\n" for kernel in known)
        FILE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
