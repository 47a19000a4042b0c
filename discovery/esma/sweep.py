"""The sweep: the search by tail classes over many constants in one batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from discovery.errors import InputError, LimitExceeded, PrecisionLost
from discovery.esma import cost
from discovery.esma.families import constants_of
from discovery.esma.left_hand_sides import fits, pair_bound
from discovery.esma.search import CLASSES, EsmaParameters, EsmaSearch
from discovery.esma.sign_patterns import sign_patterns
from discovery.search import Estimate, Finding, Preset, UnitResult, parameter

SECONDS_PER_CONSTANT = 4e-3
"""To evaluate one constant at the default precision; measured on one core, sets the estimate only."""

ELEMENTARY = "exp(p/q); tan(p/q); tanh(p/q); log(1+p/q); sqrt(p/q); cbrt(p/q); sqrt(p/q)*tan(sqrt(p/q))"
CONTROLS = "pi; zeta(3); euler_gamma; catalan; exp(pi); gamma(1/3); airyai(1); besselk(0,1)/besselk(1,1)"


@dataclass(frozen=True)
class SweepParameters:
    """Parameters of the sweep."""

    constants: str = parameter(
        "exp(p/q)",
        label="Constants",
        help="Expressions, or decimals of many digits, separated by semicolons; one with p and q stands for all "
        "coprime p, q up to the range.",
    )
    largest: int = parameter(8, label="Range of p and q", help="p and q run from 1 to this.", minimum=1, maximum=1000)
    degree: int = parameter(1, label="Degree", help="Largest degree of P and Q.", minimum=1, maximum=4)
    limit: int = parameter(
        4, label="Coefficient limit", help="Coefficients of P and Q lie in [-limit, limit].", minimum=1, maximum=10**9
    )
    max_period: int = parameter(2, label="Sign period", help="Longest period of the signs b_n.", minimum=1, maximum=8)
    precision_bits: int = parameter(
        1024,
        label="Precision",
        unit="bits",
        help="Precision of the expansion; undecided classes are tried again with more.",
        minimum=256,
        maximum=65536,
        advanced=True,
    )


class SweepSearch:
    """The search by tail classes of `discovery.esma.search.EsmaSearch`, for every constant of a list.

    One unit is one constant. A constant that cannot be searched - not real, at a pole, too large for the limit - is
    counted with all its candidates as undecided.

    A decimal whose own continued fraction shows which number it is, is searched as that number. Any other is a ball: a
    class that its digits do not decide is undecided, and a hit is a candidate, whose value is written with the decimal,
    unless the quotients of the hit show what number it is.
    """

    name = "esma_sweep"
    title = "Signed continued fractions, many constants"
    version = 2
    parameters_type = SweepParameters
    presets: Mapping[str, Preset] = {
        "exp(p/q)": Preset("which powers of e have a regular pattern? 43 constants", {}),
        "elementary functions": Preset(
            "exp, tan, tanh, log, roots at fractions p/q: about 270 constants", {"constants": ELEMENTARY}
        ),
        "Bessel ratios": Preset(
            "quotients of Bessel functions at fractions, of order p: 64 constants",
            {"constants": "besseli(p,2/q)/besseli(p-1,2/q)", "largest": 8},
        ),
        "controls: none expected": Preset("pi, zeta(3), Euler's gamma and more: none found", {"constants": CONTROLS}),
    }

    def describe(self, parameters: SweepParameters) -> str:
        """Return one line in words that says what will be searched."""
        count = len(_constants(parameters))
        shown = parameters.constants if len(parameters.constants) <= 120 else f"{parameters.constants[:117]}..."
        return (
            f"signed continued fractions of |P(c)/Q(c)| at {count:,} constants c ({shown}), "
            f"degree up to {parameters.degree}, coefficients up to {parameters.limit}, by tail classes"
        )

    def estimate(self, parameters: SweepParameters) -> Estimate:
        """Return cost and expected chance hits; refuse a box that does not fit into memory.

        Raises
        ------
        InputError
            An expression outside the grammar, a decimal that looks rational or is too short, an empty or too long list.
        """
        constants = len(_constants(parameters))
        degree, limit = parameters.degree, parameters.limit
        rows, exact = cost.count_left_hand_sides(degree, limit)
        candidates = constants * rows * len(sign_patterns(parameters.max_period))
        seconds = constants * (SECONDS_PER_CONSTANT + cost.class_seconds(pair_bound(degree, limit), rows))
        refusal = None if fits(degree, limit) else cost.refusal(degree, limit, seconds)
        return Estimate(
            candidates,
            seconds,
            cost.chance_hits(candidates),
            exact=exact,
            seconds_per_finding=cost.SECONDS_PER_FINDING,
            refusal=refusal,
        )

    def units(self, parameters: SweepParameters) -> int:
        """Return the number of constants."""
        return len(_constants(parameters))

    def run_unit(
        self, parameters: SweepParameters, seed: int, index: int, checkpoint: bytes | None = None
    ) -> UnitResult:
        """Return what the search by classes finds for constant number `index`; `seed` and `checkpoint` are unused."""
        search, single = EsmaSearch(), _single(parameters, index)
        try:
            results = [search.run_unit(single, seed, unit) for unit in range(search.units(single))]
        except (InputError, LimitExceeded, PrecisionLost):
            rows, _ = cost.count_left_hand_sides(parameters.degree, parameters.limit)
            undecided = rows * len(sign_patterns(parameters.max_period))
            return UnitResult(undecided, undecided=undecided)
        return UnitResult(
            sum(result.candidates for result in results),
            tuple(finding for result in results for finding in result.findings),
            sum(result.undecided for result in results),
            sum(result.rejected for result in results),
            kernel_seconds=sum(result.kernel_seconds for result in results),
        )

    def refine(self, parameters: SweepParameters, candidate: Any) -> Finding | None:
        """Return the confirmed finding for (number of the constant, candidate of its search), or ``None``."""
        index, hit = candidate
        return EsmaSearch().refine(_single(parameters, index), hit)

    def warm(self) -> None:
        """Compile every kernel, so that the first unit starts at full speed."""
        EsmaSearch().warm()


@lru_cache(maxsize=16)
def _constants(parameters: SweepParameters) -> tuple[str, ...]:
    return constants_of(parameters.constants, parameters.largest)


def _single(parameters: SweepParameters, index: int) -> EsmaParameters:
    return EsmaParameters(
        constant=_constants(parameters)[index],
        degree=parameters.degree,
        limit=parameters.limit,
        max_period=parameters.max_period,
        precision_bits=parameters.precision_bits,
        route=CLASSES,
    )
