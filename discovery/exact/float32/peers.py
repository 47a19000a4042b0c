"""What people use to compute a function in binary32: NumPy, loops compiled by Numba, glibc, its libmvec, SLEEF."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import llvmlite.binding
import numpy as np
from numba import njit

from discovery.errors import InputError
from discovery.exact.float32.elementary_references import Singles
from discovery.exact.float32.library_calls import call_each, call_eight, call_sixteen
from discovery.exact.float32.reference import NAMES

Run = Callable[[Singles, Singles], object]

_ROOT_HALF = np.float32(math.sqrt(0.5))
_HALF, _ONE = np.float32(0.5), np.float32(1)


@dataclass(frozen=True)
class Peer:
    """One way to compute a function.

    Parameters
    ----------
    name : str
        ``NumPy``, ``Numba loop``, ``glibc loop``, ``glibc libmvec`` or ``SLEEF 1.0 ULP``.
    run : callable or None
        Float32 inputs and an array of their size to write results to; ``None`` where there is none here.
    reason : str
        Why there is none, with the remedy.
    """

    name: str
    run: Run | None
    reason: str = ""


def peers(function: str) -> tuple[Peer, ...]:
    """Return the peers of a function of `reference.NAMES`, those that are absent with the reason.

    Raises
    ------
    InputError
        Another function.
    """
    if function not in NAMES:
        raise InputError(f"no library function computes {function!r}", hint=f"Peers are there for {', '.join(NAMES)}.")
    return tuple(_peers(function))


def _peers(function: str) -> Iterator[Peer]:
    if function in _NUMPY:
        yield Peer("NumPy", _NUMPY[function])
    else:
        yield Peer("NumPy", None, f"NumPy has no {function}")
    yield Peer("Numba loop", _numba_loop(function))
    symbol = _C_NAMES.get(function)
    if symbol is None:
        for name in ("glibc loop", "glibc libmvec", "SLEEF 1.0 ULP"):
            yield Peer(name, None, f"the library has no {function}")
        return
    yield _glibc(symbol)
    yield _library(
        "glibc libmvec", "libmvec.so.1", _vector_names(symbol)[0], "it comes with glibc on x86-64 processors"
    )
    yield _library("SLEEF 1.0 ULP", "libsleef.so.3", _vector_names(symbol)[1], "apt-get install libsleef3")


def _glibc(symbol: str) -> Peer:
    address, reason = _address("libm.so.6", symbol, "it is part of glibc")
    return Peer("glibc loop", None, reason) if address is None else Peer("glibc loop", _bound(call_each, address, 1))


def _library(name: str, file: str, symbol: str | None, remedy: str) -> Peer:
    if symbol is None:
        return Peer(name, None, "this processor has no AVX2")
    address, reason = _address(file, symbol, remedy)
    if address is None:
        return Peer(name, None, reason)
    lanes = _lanes()
    return Peer(name, _bound(call_sixteen if lanes == 16 else call_eight, address, lanes))


def _bound(loop: Callable[[int, Singles, Singles], None], address: int, lanes: int) -> Run:
    def run(x: Singles, results: Singles) -> None:
        whole = x.size // lanes * lanes
        loop(address, x[:whole], results[:whole])
        if whole < x.size:
            last, out = np.ones(lanes, np.float32), np.empty(lanes, np.float32)
            last[: x.size - whole] = x[whole:]
            loop(address, last, out)
            results[whole:] = out[: x.size - whole]

    return run


def _address(file: str, symbol: str, remedy: str) -> tuple[int | None, str]:
    try:
        library = _load(file)
    except OSError:
        return None, f"{file} is not on this machine; {remedy}"
    found = getattr(library, symbol, None)
    if found is None:
        return None, f"{file} has no {symbol}; a later version may"
    return ctypes.cast(found, ctypes.c_void_p).value, ""


@cache
def _load(file: str) -> ctypes.CDLL:
    return ctypes.CDLL(file)


@cache
def _lanes() -> int:
    """Return how many float32 a vector register holds, 0 without AVX2."""
    features = llvmlite.binding.get_host_cpu_features()
    if features.get("avx512f"):
        return 16
    return 8 if features.get("avx2") else 0


def _vector_names(symbol: str) -> tuple[str | None, str | None]:
    """Return the names of the vector functions in libmvec (x86-64 vector ABI) and SLEEF (its documentation)."""
    stem = symbol.removesuffix("f")
    if _lanes() == 16:
        return f"_ZGVeN16v_{symbol}", f"Sleef_{stem}f16_u10avx512f"
    if _lanes() == 8:
        return f"_ZGVdN8v_{symbol}", f"Sleef_{stem}f8_u10avx2"
    return None, None


_C_NAMES = {name: f"{name}f" for name in NAMES if name not in ("sigmoid", "gelu", "rsqrt")}


def _numpy_sigmoid(x: Singles, results: Singles) -> None:
    np.negative(x, out=results)
    np.exp(results, out=results)
    np.add(results, _ONE, out=results)
    np.reciprocal(results, out=results)


def _numpy_rsqrt(x: Singles, results: Singles) -> None:
    np.sqrt(x, out=results)
    np.reciprocal(results, out=results)


def _ufunc(function: np.ufunc) -> Run:
    def run(x: Singles, results: Singles) -> None:
        function(x, out=results)

    return run


_NUMPY: dict[str, Run] = {
    **{name: _ufunc(getattr(np, name)) for name in ("exp", "exp2", "log", "log2", "sin", "cos", "tan", "tanh")},
    "sigmoid": _numpy_sigmoid,
    "rsqrt": _numpy_rsqrt,
}


@njit(error_model="numpy")
def _scalar_sigmoid(v: np.float32) -> np.float32:
    return _ONE / (_ONE + math.exp(-v))


@njit(error_model="numpy")
def _scalar_gelu(v: np.float32) -> np.float32:
    return _HALF * v * math.erfc(-v * _ROOT_HALF)


@njit(error_model="numpy")
def _scalar_rsqrt(v: np.float32) -> np.float32:
    root: np.float32 = _ONE / np.sqrt(v)
    return root


_SCALARS: dict[str, Callable[..., Any]] = {
    **{name: getattr(math, name) for name in ("exp", "log", "sin", "cos", "tan", "tanh", "erf")},
    "exp2": np.exp2,
    "log2": np.log2,
    "sigmoid": _scalar_sigmoid,
    "gelu": _scalar_gelu,
    "rsqrt": _scalar_rsqrt,
}


@cache
def _numba_loop(function: str) -> Run:
    scalar = _SCALARS[function]

    @njit(nogil=True, error_model="numpy")
    def loop(x: Singles, results: Singles) -> None:
        for i in range(x.size):
            results[i] = scalar(x[i])

    found: Run = loop
    return found
