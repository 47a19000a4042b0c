"""Kernels as source: C is compiled, Numba and NumPy are run; all agree with the compiled code bit for bit."""

import ctypes
import re
import shutil
import subprocess
import types

import numpy as np
import pytest

from discovery.approximation.float32.catalogue import FUNCTIONS, default_kernel, kernels
from discovery.approximation.float32.interpreter import interpret
from discovery.exact.programs.code_compiler import compile_code
from discovery.export.kernel_c import C_FLAGS, c_code
from discovery.export.kernel_cuda import cuda_code
from discovery.export.kernel_python import jax_kernel, numba_kernel, numpy_kernel

COMPILER = shutil.which("gcc") or shutil.which("cc")
NEEDS_COMPILER = pytest.mark.skipif(COMPILER is None, reason="no C compiler: apt-get install gcc")
INPUTS = 1 << 24
FEW = ["exp2", "sin", "log", "gelu"]
"""Kernels that together have every operator."""
EDGES = [0, 1, 0x7FFFFF, 0x800000, 0x3F800000, 0x42B17217, 0x42B17218, 0x42CFF1B3, 0x42FC0000, 0x43160000, 0x43000000]
EDGES += [0x7F7FFFFF, 0x7F800000, 0x7F800001, 0x7FC00000, 0x7FFFFFFF, 0x48000000, 0x48000001, 0x4096CBE4]


def inputs(count):
    """Every `count`-th part of all bit patterns with one random number, and the edges of both signs."""
    step = (1 << 32) // count
    bits = np.arange(count, dtype=np.uint64) * step + np.random.default_rng(7).integers(0, step, count, dtype=np.uint64)
    bits[: 2 * len(EDGES)] = [sign | bits for bits in EDGES for sign in (0, 0x80000000)]
    return bits.astype(np.uint32).view(np.float32)


def evaluate(kernel, x):
    y = np.empty_like(x)
    compile_code(kernel.code)(x, y)
    return y


def assert_same(one, other):
    different = one.view(np.uint32) != other.view(np.uint32)
    assert one.dtype == other.dtype == np.float32
    assert (np.isnan(one[different]) & np.isnan(other[different])).all()


def compiled(source, name, folder):
    (folder / "kernel.c").write_text(source)
    library = folder / "kernel.so"
    command = [COMPILER, "-std=c99", "-Wall", "-Wextra", "-Werror", *C_FLAGS, "-shared", "-fPIC", "-o", library]
    result = subprocess.run([*command, folder / "kernel.c", "-lm"], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    function = getattr(ctypes.CDLL(str(library)), f"{name}_array")
    array = np.ctypeslib.ndpointer(np.float32, flags="C_CONTIGUOUS")
    function.argtypes, function.restype = [array, array, ctypes.c_size_t], None

    def run(x):
        y = np.empty_like(x)
        function(x, y, x.size)
        return y

    return run


def names_of(source):
    """Execute exported Python source and return its names."""
    found = {}
    exec(compile(source, "exported", "exec"), found)  # noqa: S102
    return found


@NEEDS_COMPILER
@pytest.mark.parametrize("function", FUNCTIONS)
def test_c_agrees_bit_for_bit_over_two_to_the_24_inputs(function, tmp_path):
    kernel = default_kernel(function)
    run = compiled(c_code(kernel.code, kernel.name, kernel.comment()), kernel.name, tmp_path)
    x = inputs(INPUTS)
    assert x.size >= 1 << 24
    assert_same(run(x), evaluate(kernel, x))


@NEEDS_COMPILER
@pytest.mark.parametrize("function", FEW)
def test_portable_c_needs_no_fma_and_agrees(function, tmp_path):
    kernel = default_kernel(function)
    source = c_code(kernel.code, kernel.name, kernel.comment(), portable=True)
    assert "fmaf" not in source
    x = inputs(INPUTS >> 2)
    assert_same(compiled(source, kernel.name, tmp_path)(x), evaluate(kernel, x))


@NEEDS_COMPILER
@pytest.mark.parametrize("number_format", ["float16", "bfloat16"])
def test_c_rounds_to_16_bits_alike(number_format, tmp_path):
    kernel = default_kernel("tanh", number_format)
    run = compiled(c_code(kernel.code, kernel.name, kernel.comment()), kernel.name, tmp_path)
    x = inputs(INPUTS >> 6)
    assert_same(run(x), evaluate(kernel, x))


@pytest.mark.parametrize("function", FEW)
def test_numba_source_agrees_bit_for_bit_over_two_to_the_24_inputs(function):
    kernel = default_kernel(function)
    run = names_of(numba_kernel(kernel.code, kernel.name, kernel.comment()))[f"{kernel.name}_array"]
    x = inputs(INPUTS)
    y = np.empty_like(x)
    run(x, y)
    assert_same(y, evaluate(kernel, x))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_numpy_source_agrees_bit_for_bit(function):
    kernel = default_kernel(function)
    run = names_of(numpy_kernel(kernel.code, kernel.name, kernel.comment()))[kernel.name]
    x = inputs(1 << 17)
    assert_same(run(x), evaluate(kernel, x))
    assert run(x[:6].reshape(2, 3)).shape == (2, 3)
    assert run(np.float32(0.5)).shape == ()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_jax_source_agrees_bit_for_bit_with_numpy_in_its_place(function):
    kernel = default_kernel(function)
    source = jax_kernel(kernel.code, kernel.name, kernel.comment())
    assert "jax_enable_x64" in source
    lax = types.SimpleNamespace(bitcast_convert_type=lambda value, kind: np.asarray(value).view(kind))
    found = {"jnp": np, "lax": lax}
    body = source.replace("import jax.numpy as jnp\n", "").replace("from jax import lax\n", "")
    exec(compile(body, "exported", "exec"), found)  # noqa: S102
    x = inputs(1 << 16)
    with np.errstate(all="ignore"):
        assert_same(found[kernel.name](x), evaluate(kernel, x))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_c_is_compared_with_is_what_the_interpreter_gives(function):
    kernel = default_kernel(function)
    x = inputs(1024)
    expected = np.array([interpret(kernel.code, int(bits)) for bits in x.view(np.uint32)], np.uint32)
    assert_same(evaluate(kernel, x), expected.view(np.float32))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_cuda_writes_every_operation_with_its_rounding(function):
    kernel = default_kernel(function)
    source = cuda_code(kernel.code, kernel.name, kernel.comment())
    body = source[source.index("__device__") :]
    lines = re.findall(r"    const (?:float|double) v\d+ = (.*);", body)
    assert len(re.findall(r"    const \w+ v\d+ = ", body)) == len(kernel.code.lines)
    # No bare float arithmetic that a compiler could contract.
    assert not [line for line in lines if re.search(r"\w \* |\w / | \+ ", line)]
    fused = sum(line.operator == "fma" for line in kernel.code.lines)
    assert body.count("__fmaf_rn(") == fused
    assert f'extern "C" __global__ void {kernel.name}_array' in body


@pytest.mark.parametrize("write", [c_code, cuda_code, numba_kernel, numpy_kernel, jax_kernel])
def test_the_header_has_bound_domain_scan_and_provenance(write):
    kernel = default_kernel("sin")
    source = write(kernel.code, kernel.name, kernel.comment())
    header = source[: source.index("import" if "import" in source else "#include")]
    assert f"at most {kernel.max_ulp} ULP" in header
    assert "domain: -0x1.0000000000000p+17 <= x <= 0x1.0000000000000p+17" in header
    assert f"count {kernel.scan['count']}" in header
    assert "coefficients: minimax" in header
    assert "NaN for |x| > 131072" in header


def test_constants_are_exact():
    (kernel,) = kernels("exp2", normal=True)
    source = c_code(kernel.code, kernel.name, ())
    found = [float.fromhex(text) for text in re.findall(r"-?0x1[0-9a-f.]*p[+-]\d+(?=f)", source)]
    for text in kernel.cores[0].constants[1:]:
        assert float.fromhex(text) in found
    python = numpy_kernel(kernel.code, kernel.name, ())
    for text in kernel.cores[0].constants[1:]:
        assert f"np.float32({float.fromhex(text)!r})" in python


def test_a_comment_cannot_end_early():
    kernel = default_kernel("exp")
    source = c_code(kernel.code, "f", ["ends */ here"])
    assert source.index("*/") > source.index("here")
