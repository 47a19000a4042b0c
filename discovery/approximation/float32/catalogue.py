"""The kernels that come with the program: a default for every function, and cheaper ones for every accuracy."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from functools import cache
from pathlib import Path

from discovery.approximation.float32.kernel import Kernel
from discovery.approximation.float32.reductions import REDUCTIONS
from discovery.errors import InputError, ParameterError
from discovery.exact.float32.formats import FORMATS
from discovery.settings import ROOT

FILE = ROOT / "data" / "kernels.jsonl"
"""Written by ``python -m discovery.approximation.float32.build``; first of every function and format, its default."""

FUNCTIONS = tuple(dict.fromkeys(item.function for item in REDUCTIONS.values()))
MIN_BITS = 4
"""Lowest accuracy that is offered, as bits of a relative error."""

COSTS: dict[str, Callable[[Kernel], float]] = {
    "operations": lambda kernel: float(kernel.operations),
    "weighted": lambda kernel: kernel.weighted_cost,
}
"""Cost models that need no measurement."""


def read(path: Path = FILE) -> tuple[Kernel, ...]:
    """Return the kernels of a file, in its order.

    Raises
    ------
    InputError
        A line is no kernel; the message has its number.
    """
    kernels = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            kernels.append(Kernel.from_json(json.loads(line)))
        except ValueError as error:
            raise InputError(f"{path.name}, line {number}: {error}", field="kernels") from None
    return tuple(kernels)


@cache
def _all() -> tuple[Kernel, ...]:
    return read()


def kernels(function: str, number_format: str = "float32", *, normal: bool = False) -> tuple[Kernel, ...]:
    """Return the kernels of a function in a format, the default first, then by falling error.

    Parameters
    ----------
    function : str
        One of `FUNCTIONS`.
    number_format : str
        ``float32``, ``float16`` or ``bfloat16``.
    normal : bool
        Whether those are meant that are right only where the value is a normal number (exp and exp2 have such).

    Raises
    ------
    InputError
        There is no such function or format.
    """
    if function not in FUNCTIONS:
        raise InputError(
            f"there are no kernels for {function[:40]!r} in {number_format[:40]}",
            field="function",
            hint=f"Functions are {', '.join(FUNCTIONS)}",
        )
    if number_format not in FORMATS:
        raise InputError(
            f"unknown format {number_format[:40]!r}", field="number_format", hint=f"Formats are {', '.join(FORMATS)}"
        )
    return tuple(
        kernel
        for kernel in _all()
        if kernel.function == function
        and kernel.number_format == number_format
        and kernel.reduction_name.endswith("-normal") == normal
    )


def default_kernel(function: str, number_format: str = "float32") -> Kernel:
    """Return the default kernel of a function: the smallest error; parameters and errors as of `kernels`."""
    found = kernels(function, number_format)
    if not found:
        raise InputError(
            f"{FILE.name} has no kernel for {function} in {number_format}",
            field="function",
            hint="Make it with python -m discovery.approximation.float32.build",
        )
    return found[0]


def accuracy_bits(kernel: Kernel) -> float:
    """Return the bits of accuracy that a claim guarantees: the relative error is at most 2 to minus that many.

    Below 1 ULP of binary32 that is more than 23 bits. Subnormal values have no more than their own bits.
    """
    if kernel.max_ulp is None:
        return 0.0
    return FORMATS[kernel.number_format].precision - 1 - math.log2(float(kernel.max_ulp))


def cheapest(
    function: str,
    bits: float,
    number_format: str = "float32",
    cost: str | Callable[[Kernel], float] = "operations",
) -> Kernel:
    """Return the cheapest kernel found for an accuracy.

    Parameters
    ----------
    function, number_format : str
        As of `kernels`.
    bits : float
        Least accuracy, see `accuracy_bits`; at least `MIN_BITS`.
    cost : str or callable
        A name of `COSTS`, or a function of a kernel, such as nanoseconds that were measured.

    Raises
    ------
    ParameterError
        More bits are asked for than any kernel has, or fewer than `MIN_BITS`; or the cost has no such name.
    """
    found = kernels(function, number_format)
    if isinstance(cost, str):
        if cost not in COSTS:
            raise ParameterError(f"cost must be one of {', '.join(COSTS)}; got {cost[:40]!r}", field="cost")
        cost = COSTS[cost]
    largest = max((accuracy_bits(kernel) for kernel in found), default=0.0)
    if not MIN_BITS <= bits <= largest:
        raise ParameterError(
            f"bits must be in [{MIN_BITS}, {largest:.2f}] for {function} in {number_format}; got {bits}", field="bits"
        )
    return min((kernel for kernel in found if accuracy_bits(kernel) >= bits), key=cost)
