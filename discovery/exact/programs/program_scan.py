"""The error of a program in binary32 arithmetic, at every binary32 number of its interval."""

from __future__ import annotations

import math
from fractions import Fraction

import numba
import numpy as np

from discovery.errors import InputError, LimitExceeded
from discovery.exact.expression import to_text
from discovery.exact.float32.exact_values import exact_function, ulp_error
from discovery.exact.float32.formats import BINARY32, bit_ranges
from discovery.exact.float32.reference import MAX_SLOW_INPUTS, NAMES
from discovery.exact.float32.scan import scan
from discovery.exact.float32.scan_result import ScanResult
from discovery.exact.programs.code_compiler import compile_code
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_error import dyadic_interval
from discovery.exact.programs.program_fields import FLOAT32
from discovery.exact.programs.program_function import evaluate_floats
from discovery.exact.programs.typed_code import code_of_program

SAMPLES = 200
"""Inputs that are evaluated a second time, in other ways."""


def program_ranges(program: Program) -> tuple[range, ...]:
    """Return the bit patterns of all binary32 numbers in the closed interval of a program.

    Raises
    ------
    InputError
        There are none, or the format of the program is not float32.
    """
    if program.number_format != FLOAT32:
        raise InputError(f"the format of the program is {program.number_format}, not {FLOAT32}", field="format")
    lower, upper = dyadic_interval(program.interval)
    return bit_ranges(BINARY32, lower, upper)


def scan_program(program: Program) -> ScanResult:
    """Return the errors of a program of format float32 at every binary32 number of its interval.

    Raises
    ------
    InputError
        The interval holds no binary32 number, or the format is not float32.
    LimitExceeded
        The target has no fast reference and the interval more than 131,072 numbers.
    PrecisionLost
        An exact value stays undecided.

    Notes
    -----
    About 1e9 numbers lie between 0 and 1; that takes some seconds on one core.
    """
    target, ranges = to_text(program.target), program_ranges(program)
    count = sum(map(len, ranges))
    if exact_function(target).name not in NAMES and count > MAX_SLOW_INPUTS:
        raise LimitExceeded(
            f"the interval has {count} binary32 numbers; for the target {target[:60]} at most {MAX_SLOW_INPUTS} are "
            f"scanned. Without that limit are {', '.join(NAMES)}",
            limit=str(MAX_SLOW_INPUTS),
            used=str(count),
        )
    return scan(compile_code(code_of_program(program)), target, ranges, threads=numba.get_num_threads())


def sampled_ulp(program: Program, found: ScanResult) -> tuple[float, float]:
    """Return the largest error at the worst inputs of a scan and at inputs spread over all, and where it is.

    Notes
    -----
    The program is run by NumPy, its ``fma`` rounded to odd first, and the errors are those against balls: compiled
    code and the fast reference have no part in it.
    """
    ranges = program_ranges(program)
    bits = [item.bits for item in found.worst]
    for part in ranges:
        bits += np.linspace(part.start, part.stop - 1, SAMPLES // len(ranges), dtype=np.uint64).tolist()
    x = np.array(bits, dtype=np.uint32).view(np.float32)
    results = evaluate_floats(program, x).astype(np.float32)
    exact = exact_function(to_text(program.target))
    errors = [
        abs(ulp_error(exact, BINARY32, int(argument), int(result)))
        for argument, result in zip(x.view(np.uint32), results.view(np.uint32), strict=True)
    ]
    place = int(np.argmax(errors))
    return errors[place], float(x[place])


def rounded_up(ulp: float) -> str:
    """Return a decimal of six digits not below a number of ULP.

    Examples
    --------
    >>> rounded_up(0.12345678)
    '0.123457'
    """
    text = f"{ulp:.6g}"
    if math.isinf(ulp) or Fraction(text) >= Fraction(ulp):
        return text
    return f"{ulp + 10.0 ** (math.floor(math.log10(ulp)) - 5):.6g}"
