"""Parts that the generated programs of all kinds of formulas share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from discovery.errors import InputError
from discovery.exact import polynomial
from discovery.exact.expression import Expression, to_text
from discovery.export.languages import FLINT, MPMATH, SAGE, LacksFunction, System, to_code

MAX_DIGITS = 100_000

MATHEMATICA_LINES = (
    "Print[N[p/q, digits]];",
    'value = N[{value}, digits + 15];\nPrint["difference: ", N[p/q - value, 3]];',
)
"""Lines that print the result, and the difference, in Mathematica."""


@dataclass(frozen=True)
class PythonDialect:
    """What differs between programs for Python's libraries for numbers.

    Parameters
    ----------
    system : System
    header, precision : str
        Lines at the top, and after the number of digits.
    always, compare : str
        As of `result_lines`.
    """

    system: System
    header: str
    precision: str
    always: str
    compare: str

    def fields(self, value: Expression | None) -> dict[str, str]:
        """Return the fields ``header``, ``precision`` and ``result`` of a program's template."""
        result = result_lines(value, self.system, self.always, self.compare)
        return {"header": self.header, "precision": self.precision, "result": result}


PYTHON = PythonDialect(
    MPMATH,
    "from mpmath import mp",
    "mp.dps = digits + 15",
    "fraction = mp.mpf(p)/q\nprint(mp.nstr(fraction, digits))",
    'value = {value}\nprint("difference:", mp.nstr(fraction - value, 3))',
)
PYTHON_FLINT = PythonDialect(
    FLINT,
    "from flint import arb, ctx",
    "ctx.dps = digits + 15",
    "fraction = arb(p)/q\nprint(fraction.str(digits, radius=False))",
    'value = {value}\nprint("difference:", abs(fraction - value).upper().str(3, radius=False))',
)
SAGE_MATH = PythonDialect(
    SAGE,
    "# for Sage",
    "field = RealField(ceil((digits + 15)*log(10, 2)))",
    "fraction = field(p)/field(q)\nprint(fraction.n(digits=digits))",
    'value = field({value})\nprint("difference:", (fraction - value).n(digits=3))',
)


def pari_lines(digits: int) -> tuple[str, str]:
    """Return the lines that print the result, and the difference, in PARI."""
    return f'printf("%.{digits}g\\n", fraction);', 'value = {value};\nprintf("difference: %.3g\\n", fraction - value);'


def working_bits(digits: int) -> int:
    """Return the bits a program needs for so many decimal digits, fifteen digits to spare.

    Raises
    ------
    InputError
        `digits` outside [1, 100000].
    """
    if not 1 <= digits <= MAX_DIGITS:
        raise InputError(f"digits must be an int in [1, {MAX_DIGITS}]; got {digits}", field="digits")
    return math.ceil((digits + 15) * math.log2(10))


def polynomial_text(coefficients: polynomial.Coefficients, variable: str, power: str, division: str) -> str:
    """Return an integer-valued polynomial; what is divided is always a multiple of the denominator."""
    denominator = math.lcm(*(coefficient.denominator for coefficient in coefficients))
    text = polynomial.to_text(tuple(Fraction(c * denominator) for c in coefficients), variable).replace("^", power)
    return text if denominator == 1 else f"({text}){division}{denominator}"


def result_lines(value: Expression | None, system: System, always: str, compare: str) -> str:
    """Return the lines that print a result and its difference from a value, or why the system cannot compute that.

    Parameters
    ----------
    value : Expression or None
        ``None`` where none is claimed; then only the result is printed.
    system : System
    always : str
        Lines that print the result.
    compare : str
        Template of the lines that print the difference, with ``{value}``.
    """
    if value is None:
        return always
    try:
        return f"{always}\n{compare.format(value=to_code(value, system))}"
    except LacksFunction as error:
        remark = f"{error}, so the value {to_text(value)} is not computed here"
        return f"{system.comment.format(remark)}\n{always}"
