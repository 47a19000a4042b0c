"""A kernel: one elementary function in binary32, binary16 or bfloat16, all of it: method, polynomials, claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from discovery.approximation.float32.reduction import Reduction
from discovery.approximation.float32.reductions import REDUCTIONS
from discovery.approximation.float32.rounding import round_result
from discovery.errors import InputError
from discovery.exact.float32.formats import FORMATS
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_structure import VARIABLE
from discovery.exact.programs.typed_code import DOUBLE, CodeWriter, TypedCode

_LONG_OPERATIONS = ("/", "sqrt")
_LONG = 12.0


@dataclass(frozen=True)
class Kernel:
    """A kernel for one function.

    Parameters
    ----------
    reduction_name : str
        Name of its method, a key of `reductions.REDUCTIONS`.
    cores : tuple of Program
        The polynomials of the reduced argument, format float32, in the order of the method.
    number_format : str
        ``float32``; for ``float16`` and ``bfloat16`` arguments and values are numbers of that format kept as float32,
        the arithmetic is binary32, and the last operations round to the format.
    max_ulp : str or None
        Claimed largest error over the domain in units in the last place of the format, a decimal.
    scan : mapping or None
        What the scan behind the claim gave: ``complete`` (whether it saw every number of the domain), ``inputs`` in
        words, ``count``, ``mean_ulp``, ``misrounded``, ``worst_input``; ``None`` without one.
    source : str
        Where the coefficients come from.
    """

    reduction_name: str
    cores: tuple[Program, ...]
    number_format: str = "float32"
    max_ulp: str | None = None
    scan: Mapping[str, Any] | None = None
    source: str = ""

    @classmethod
    def from_json(cls, obj: Mapping[str, Any]) -> Kernel:
        """Return the kernel of an object as `to_json` makes it.

        Raises
        ------
        InputError
            A key is missing or makes no sense.
        """
        for key in ("reduction", "cores"):
            if key not in obj:
                raise InputError(f"the kernel has no key {key!r}", field=key)
        cores = tuple(Program.from_json(item) for item in obj["cores"])
        number_format = obj.get("format", "float32")
        kernel = cls(
            obj["reduction"], cores, number_format, obj.get("max_ulp"), obj.get("scan"), str(obj.get("source", ""))
        )
        if number_format not in FORMATS:
            raise InputError(f"the format must be {', '.join(FORMATS)}; got {number_format!r}", field="format")
        if len(cores) != len(kernel.reduction.cores):
            raise InputError(
                f"the method {kernel.reduction_name} has {len(kernel.reduction.cores)} polynomials; got {len(cores)}",
                field="cores",
            )
        return kernel

    def to_json(self) -> dict[str, Any]:
        """Return all of it as a JSON object; the polynomials are formula-file objects."""
        return {
            "function": self.function,
            "format": self.number_format,
            "reduction": self.reduction_name,
            "cores": [core.to_json() for core in self.cores],
            "max_ulp": self.max_ulp,
            "scan": None if self.scan is None else dict(self.scan),
            "source": self.source,
        }

    @property
    def reduction(self) -> Reduction:
        """The method.

        Raises
        ------
        InputError
            There is none of that name.
        """
        if self.reduction_name not in REDUCTIONS:
            raise InputError(
                f"unknown method {self.reduction_name!r}", field="reduction", hint=f"Use {', '.join(REDUCTIONS)}"
            )
        return REDUCTIONS[self.reduction_name]

    @property
    def function(self) -> str:
        """The function it computes."""
        return self.reduction.function

    @property
    def name(self) -> str:
        """An identifier for generated code, such as ``exp2_float32``."""
        return f"{self.reduction_name.replace('-', '_')}_{self.number_format}"

    @property
    def degrees(self) -> tuple[int, ...]:
        """Degrees of the polynomials."""
        return tuple(len(core.constants) - 1 for core in self.cores)

    @cached_property
    def code(self) -> TypedCode:
        """All of its operations."""
        write = CodeWriter()
        value = self.reduction.write(write, VARIABLE, self.cores)
        return write.code(round_result(write, value, self.number_format))

    @property
    def is_certified(self) -> bool:
        """Whether a scan of every number of the domain stands behind the claim."""
        return self.max_ulp is not None and bool((self.scan or {}).get("complete"))

    @property
    def operations(self) -> int:
        """Number of operations, of every type; constants are free and ``fma`` counts 1."""
        return len(self.code.lines)

    @property
    def weighted_cost(self) -> float:
        """Operations with a division or root as 12, and those on binary64 numbers, of which half as many fit, twice."""
        total = 0.0
        for line in self.code.lines:
            price = _LONG if line.operator in _LONG_OPERATIONS else 1.0
            total += price * (2 if DOUBLE in (line.kind, self.code.kind(line.operands[0])) else 1)
        return total

    def check_covers(self, lower: float, upper: float) -> None:
        """Raise `InputError` unless its claims cover an interval of arguments."""
        first, last = (float.fromhex(end) for end in self.reduction.domain)
        if not lower <= upper:
            raise InputError(f"the interval [{lower}, {upper}] is empty", field="interval")
        if lower < first or upper > last:
            raise InputError(
                f"the kernel {self.reduction_name} is for arguments in [{first:.9g}, {last:.9g}]; "
                f"[{lower:.9g}, {upper:.9g}] is asked for",
                field="interval",
                hint="Choose an interval inside, or another method of range reduction",
            )

    def with_claim(self, max_ulp: str, scan: Mapping[str, Any]) -> Kernel:
        """Return the kernel with another claim and the scan behind it."""
        return replace(self, max_ulp=max_ulp, scan=dict(scan))

    def comment(self) -> tuple[str, ...]:
        """Return the lines of the header of generated code: function, method, domain, bound, scan, provenance."""
        method = self.reduction
        first, last = method.domain
        lines = [f"{self.function}(x) in {self.number_format}"]
        lines += [f"method: {method.summary}", f"domain: {first} <= x <= {last}", f"special values: {method.specials}"]
        if self.max_ulp is None:
            lines.append("error: not measured")
        else:
            where = "over the domain" if self.is_certified else "as far as it was scanned"
            lines.append(f"error: at most {self.max_ulp} ULP {where}")
        if self.scan:
            facts = {key: value for key, value in self.scan.items() if key != "complete"}
            lines.append("scan: " + ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in facts.items()))
        if self.code.uses_double():
            lines.append("arithmetic: some of it binary64")
        lines.append(f"coefficients: {self.source or 'source not stated'}")
        return tuple(lines)
