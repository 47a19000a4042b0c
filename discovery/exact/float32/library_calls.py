"""Loops over functions of C libraries: one number at a time, or 8 or 16 in a vector register as the libraries offer.

The address of the function is an argument, so one compiled loop serves all of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types

from discovery.exact.float32.elementary_references import Singles
from discovery.exact.float32.intrinsics import instruction

_INDEX = types.int64


def _call(lanes: int) -> Any:
    """Return the instruction that calls a function of vectors at an address, on `lanes` numbers from an index on."""
    kind = ir.FloatType() if lanes == 1 else ir.VectorType(ir.FloatType(), lanes)

    def call(context: Any, address: Any, x: Any, results: Any, index: Any) -> Any:
        if address != _INDEX or index != _INDEX:
            return None

        def generate(machine: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            function = builder.inttoptr(arguments[0], ir.FunctionType(kind, [kind]).as_pointer())
            places = []
            for array_type, array in zip(signature.args[1:3], arguments[1:3], strict=True):
                data = machine.make_array(array_type)(machine, builder, array).data
                places.append(builder.bitcast(builder.gep(data, [arguments[3]]), kind.as_pointer()))
            source = builder.load(places[0])
            source.align = 4
            builder.store(builder.call(function, [source]), places[1]).align = 4
            return machine.get_dummy_value()

        return types.void(address, x, results, index), generate

    return instruction(call)


_call_one, _call_eight, _call_sixteen = _call(1), _call(8), _call(16)


@njit(cache=True, nogil=True)
def call_each(address: int, x: Singles, results: Singles) -> None:
    """Write the values of the C function ``float f(float)`` at an address."""
    for i in range(x.size):
        _call_one(np.int64(address), x, results, np.int64(i))


@njit(cache=True, nogil=True)
def call_eight(address: int, x: Singles, results: Singles) -> None:
    """Write the values of a function of vectors of 8 numbers; the size must be a multiple of 8."""
    for i in range(0, x.size, 8):
        _call_eight(np.int64(address), x, results, np.int64(i))


@njit(cache=True, nogil=True)
def call_sixteen(address: int, x: Singles, results: Singles) -> None:
    """Write the values of a function of vectors of 16 numbers; the size must be a multiple of 16."""
    for i in range(0, x.size, 16):
        _call_sixteen(np.int64(address), x, results, np.int64(i))
