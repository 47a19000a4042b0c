"""Kernels for tanh, erf and the logistic sigmoid: a polynomial near 0, an exponential beyond."""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb

from discovery.approximation.float32.exponential import (
    MAGIC,
    power_of_two,
    scaled,
    split_exponential,
    split_power,
)
from discovery.approximation.float32.reduction import Core, Reduction, both_signs
from discovery.exact.programs.program import Program
from discovery.exact.programs.typed_code import CodeWriter

_SIGN, _MAGNITUDE = 0x80000000, 0x7FFFFFFF
TANH_JOINT, TANH_END = 0.9375, 10.0
ERF_JOINT, ERF_END = 1.0, 4.0
"""Where the polynomial near 0 ends, and where the value is 1."""


def _split_sign(write: CodeWriter, x: str) -> tuple[str, str]:
    bits = write("bits", x)
    return write("number", write("and", bits, _MAGNITUDE)), write("and", bits, _SIGN)


def _signed(write: CodeWriter, value: str, sign: str) -> str:
    return write("number", write("or", write("bits", value), sign))


def _tanh(write: CodeWriter, x: str, cores: Sequence[Program]) -> str:
    size, sign = _split_sign(write, x)
    square = write("*", size, size)
    near = write("fma", write("*", size, square), write.program(cores[0], square), size)
    doubled = write("*", write("min", TANH_END, size), 2.0)
    rounded, rest = split_exponential(write, doubled)
    power = power_of_two(write, write("bits", rounded))
    growth = write("*", rest, write.program(cores[1], rest))
    # exp(2x) + 1 without rounding the exponential first.
    divisor = write("fma", power, growth, write("+", power, 1.0))
    far = write("-", 1.0, write("/", 2.0, divisor))
    return _signed(write, write("if_less", size, TANH_JOINT, near, far), sign)


def _erf(write: CodeWriter, x: str, cores: Sequence[Program]) -> str:
    size, sign = _split_sign(write, x)
    near = write("fma", size, write.program(cores[0], write("*", size, size)), size)
    held = write("min", ERF_END, size)
    core = write.program(cores[1], write("-", held, ERF_JOINT))
    exponent = write("*", held, core)
    rounded, rest = split_power(write, exponent)
    rest = write("+", rest, write("fma", held, core, write("negate", exponent)))
    power = power_of_two(write, write("bits", rounded))
    far = write("fma", write("negate", power), write.program(cores[2], rest), 1.0)
    return _signed(write, write("if_less", size, ERF_JOINT, near, far), sign)


def _sigmoid(write: CodeWriter, x: str, cores: Sequence[Program]) -> str:
    size, _ = _split_sign(write, x)
    rounded, rest = split_exponential(write, write("max", -110.0, write("negate", size)))
    core = write.program(cores[0], rest)
    # Sums as pairs: exponential + remainder = exp(-|x|) / 2^k, divisor + lost = 1 + exp(-|x|).
    exponential = write("fma", rest, core, 1.0)
    remainder = write("fma", rest, core, write("-", 1.0, exponential))
    power = power_of_two(write, write("bits", write("max", MAGIC - 64.0, rounded)))
    divisor = write("fma", power, exponential, 1.0)
    lost = write("fma", power, exponential, write("-", 1.0, divisor))
    lost = write("fma", power, remainder, lost)
    top = write("if_less", x, 0.0, exponential, 1.0)
    below = write("if_less", x, 0.0, remainder, 0.0)
    inverse = write("/", 1.0, divisor)
    quotient = write("*", top, inverse)
    opposite = write("negate", quotient)
    error = write("+", write("fma", opposite, divisor, top), write("fma", opposite, lost, below))
    value = write("fma", error, inverse, quotient)
    return scaled(write, value, write("if_less", x, 0.0, rounded, MAGIC))


def _tanh_core(t: arb) -> arb:
    a = t.sqrt()
    return (a.tanh() / a - 1) / t


def _erf_core(t: arb) -> arb:
    a = t.sqrt()
    return a.erf() / a - 1


def _growth_core(r: arb) -> arb:
    return r.expm1() / r


def _tanh_far_weight(r: arb) -> arb:
    # 1 - 2/(e + 1) with e = exp(2 x) at the joint, where it matters most.
    e = arb(2 * TANH_JOINT).exp()
    return 2 * e / (e + 1) ** 2 / arb(TANH_JOINT).tanh() * abs(r) * (-r).exp()


def _erfc_core(u: arb) -> arb:
    a = u + ERF_JOINT
    return a.erfc().log() / arb(2).log() / a


def _erfc_weight(u: arb) -> arb:
    a = u + ERF_JOINT
    return arb(2).log() * a.erfc() / a.erf() * a


def _erf_power_weight(r: arb) -> arb:
    joint = arb(ERF_JOINT)
    return joint.erfc() / joint.erf() * arb(2) ** -r


_R = "0.3467"
_ALL = ("-inf", "inf")
REDUCTIONS = (
    Reduction(
        "tanh",
        "tanh",
        (
            Core(
                "(tanh(sqrt(x))/sqrt(x) - 1)/x",
                "0",
                str(TANH_JOINT**2),
                _tanh_core,
                lambda t: t * t.sqrt() / t.sqrt().tanh(),
            ),
            Core("(exp(x) - 1)/x", f"-{_R}", _R, _growth_core, _tanh_far_weight, ("0x1p+0",)),
        ),
        _tanh,
        _ALL,
        (("0x1p-2", "0x1p+3"),),
        f"below {TANH_JOINT}: x + x^3 q(x^2); beyond: 1 - 2/(exp(2x) + 1)",
        "tanh(+-0) = +-0, tanh(+-inf) = +-1, NaN gives NaN",
    ),
    Reduction(
        "erf",
        "erf",
        (
            Core("erf(sqrt(x))/sqrt(x) - 1", "0", str(ERF_JOINT**2), _erf_core, lambda t: t.sqrt() / t.sqrt().erf()),
            Core("log2(erfc(x+1))/(x+1)", "0", str(ERF_END - ERF_JOINT), _erfc_core, _erfc_weight),
            Core("2^x", "-1/2", "1/2", lambda r: arb(2) ** r, _erf_power_weight, ("0x1p+0",)),
        ),
        _erf,
        _ALL,
        (("0x1p-2", "0x1p+2"),),
        f"below {ERF_JOINT}: x + x q(x^2); beyond: 1 - 2^(x g(x))",
        "erf(+-0) = +-0, erf(+-inf) = +-1, NaN gives NaN",
    ),
    Reduction(
        "sigmoid",
        "sigmoid",
        (Core("(exp(x) - 1)/x", f"-{_R}", _R, _growth_core, lambda r: abs(r) * (-r).exp(), ("0x1p+0",)),),
        _sigmoid,
        _ALL,
        both_signs("0x1p-1", "0x1p+3"),
        "exp(-|x|) = 2^k (1 + g); quotient with its remainder; two multiplications by powers of two",
        "underflow goes through subnormal numbers to 0, sigmoid(inf) = 1, sigmoid(-inf) = 0, NaN gives NaN",
    ),
)
