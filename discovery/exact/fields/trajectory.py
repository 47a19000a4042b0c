"""Trajectories of matrix fields: the limit of the products along a ray, with a proved bound of what is left out."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

from flint import arb
from mpmath import MPContext

from discovery.errors import InputError, LimitExceeded, NotConvergent, PrecisionLost
from discovery.exact.expression import Expression, parse, to_text
from discovery.exact.fields.companion_form import CompanionForm, companion_form
from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.fields.step_matrix import StepMatrix
from discovery.exact.fields.trajectory_bound import Cone, find_cone
from discovery.exact.fields.trajectory_fields import field_from_json, point_from_json, rational_to_json
from discovery.exact.fields.trajectory_hull import hull
from discovery.exact.fields.trajectory_limit import series_enclosure, series_forward
from discovery.exact.fields.trajectory_path import last_column
from discovery.exact.fields.trajectory_rate import bits_per_step, steps_for_bits
from discovery.exact.fractions.signed_fields import integer_to_json
from discovery.search import canonical_json

LOG2_10 = math.log2(10)
MAX_STEPS = 20_000_000
MAX_ENTRY_BITS = 2**31
"""Bound on the bits of the entries of a product, from the degrees of the steps."""
COMPANION_DEGREE = 12
"""Steps of higher degree are not put into companion form: its coefficients would be larger than theirs."""
ATTEMPTS = 6
_GUARD_BITS = 32


@dataclass(frozen=True)
class Trajectory:
    """The claim that P[0][1]/P[1][1] tends to `value`, P the product of the steps of a field from a point along a ray.

    Parameters
    ----------
    field : MatrixField
        A conservative field of rank at least 2, without parameters.
    start : tuple of Fraction
        First point, one coordinate for each axis.
    direction : tuple of int
        Steps along each axis in one period, without a common factor, not all zero.
    value : Expression or None
        The limit claimed, taken literally; ``None`` for no claim.

    Notes
    -----
    `from_json` and `of` bring a direction into this form.
    """

    field: MatrixField
    start: tuple[Fraction, ...]
    direction: tuple[int, ...]
    value: Expression | None = None

    kind: ClassVar[str] = "trajectory"

    @classmethod
    def of(
        cls,
        field: MatrixField,
        start: Sequence[int | Fraction],
        direction: Sequence[int | Fraction],
        value: Expression | None = None,
    ) -> Trajectory:
        """Return the trajectory along the ray of a direction, whose components may be rational.

        Raises
        ------
        InputError
            Wrong number of coordinates, direction zero, or a field of rank 1.
        """
        for name, given in (("start", start), ("direction", direction)):
            if len(given) != len(field.axes):
                raise InputError(
                    f"{name} has {len(given)} coordinates",
                    field=name,
                    hint=f"Give one for each axis {', '.join(field.axes)}",
                )
        if not any(direction):
            raise InputError("the direction is zero", field="direction", hint="Step along at least one axis")
        if field.rank < 2:
            raise InputError("the field has rank 1, so its products have no ratio P[0][1]/P[1][1]", field="field")
        multiple = math.lcm(*(Fraction(component).denominator for component in direction))
        steps = [int(component * multiple) for component in direction]
        common = math.gcd(*steps)
        return cls(field, tuple(map(Fraction, start)), tuple(step // common for step in steps), value)

    @classmethod
    def from_json(cls, obj: Mapping[str, Any]) -> Trajectory:
        """Return the trajectory of a formula-file object.

        Parameters
        ----------
        obj : mapping
            Keys ``field`` (a matrix field object, or the id of one in the catalogue), ``values`` (numbers for its
            parameters; absent: it has none), ``start``, ``direction`` (lists of integers and texts such as "1/2") and
            ``value`` (absent: no claim); other keys are ignored.

        Raises
        ------
        InputError
            A key is missing or malformed; ``field`` and the message name it.
        ProofRefused
            The matrices of the field do not commute.
        """
        field = field_from_json(obj.get("field"), obj.get("values"))
        value = obj.get("value")
        if value is not None and not isinstance(value, str):
            raise InputError("value must be an expression as text", field="value")
        start, direction = point_from_json(obj, "start"), point_from_json(obj, "direction")
        return cls.of(field, start, direction, None if value is None else parse(value))

    def to_json(self) -> dict[str, Any]:
        """Return the formula-file object, with the field in full; integers beyond 2**53 are strings."""
        value = {} if self.value is None else {"value": to_text(self.value)}
        return {
            "kind": self.kind,
            "field": self.field.to_json(),
            "start": [rational_to_json(coordinate) for coordinate in self.start],
            "direction": [integer_to_json(step) for step in self.direction],
            **value,
        }

    def key(self) -> str:
        """Return the canonical key: equal for two descriptions of one ray in fields of one canonical form."""
        order = [self.field.axes.index(axis) for axis in sorted(self.field.axes)]
        start = tuple(self.start[index] for index in order)
        direction = tuple(self.direction[index] for index in order)
        return canonical_json(Trajectory(self.field.canonical(), start, direction, self.value).to_json())

    def complexity(self) -> float:
        """Return the complexity of the field, and the sum of log10(2|c| + 1) over the integers of ray and value."""
        integers = [number for c in self.start for number in (c.numerator, c.denominator) if number != 1]
        written = [] if self.value is None else [int(text) for text in re.findall(r"\d+", to_text(self.value))]
        numbers = [*integers, *written, *self.direction]
        return self.field.complexity() + sum(math.log10(2 * abs(number) + 1) for number in numbers)

    @cached_property
    def step(self) -> StepMatrix:
        """The product of one period as polynomials in its number.

        Raises
        ------
        InputError
            The path meets a zero denominator or a singular matrix; the message names the place.
        """
        return self.field.step_matrix(self.start, self.direction)

    @cached_property
    def cone(self) -> Cone:
        """Proof of convergence and enclosure of all tails.

        Raises
        ------
        NotConvergent
            There is none; the message says why.
        """
        return find_cone(self.step.rows)

    @cached_property
    def converges_exponentially(self) -> bool:
        """Whether convergence is proved by a cone, so that every period gains about as many digits."""
        try:
            return self.cone is not None
        except NotConvergent:
            return False

    @cached_property
    def companion(self) -> CompanionForm | None:
        """The trajectory as a continued fraction, where that makes the products smaller; else ``None``."""
        rows = self.step.rows
        degree = max(entry.degree() for row in rows for entry in row)
        if len(rows) != 2 or not 0 <= degree <= COMPANION_DEGREE:
            return None
        try:
            form = companion_form(rows)
        except InputError:
            return None
        return form if form.degree <= degree else None

    def digits_per_step(self, step: int) -> float:
        """Return the decimal digits gained in one period, predicted from the eigenvalues of its matrix.

        Parameters
        ----------
        step : int
            Number of the period, >= 0.
        """
        return bits_per_step(self.step.rows, step) / LOG2_10

    def steps_for(self, bits: float) -> int:
        """Return how many periods are expected to make the truncation error smaller than 2**-bits.

        Raises
        ------
        LimitExceeded
            More than `MAX_STEPS`, or products of more than `MAX_ENTRY_BITS` bits.
        """
        rows = self.step.rows
        steps = steps_for_bits(rows, bits, MAX_STEPS)
        degree = max(entry.degree() for row in rows for entry in row)
        size = steps * (degree * math.log2(steps + 2) + max(_bits(entry.coeffs()) for row in rows for entry in row))
        if steps > MAX_STEPS or size > MAX_ENTRY_BITS:
            raise LimitExceeded(
                f"this direction converges too slowly for {int(bits / LOG2_10)} digits; ask for fewer digits or take "
                "another direction",
                limit=f"{MAX_STEPS} periods and {MAX_ENTRY_BITS} bits",
                used=f"about {steps} periods and {size:.2g} bits",
            )
        return steps

    def enclosure(self, bits: int) -> tuple[arb, int]:
        """Return a ball that contains the limit, from the steps alone.

        Parameters
        ----------
        bits : int
            Wanted precision: the radius is at most ``2**-bits`` times the limit.

        Returns
        -------
        tuple of (arb, int)
            The ball, and the depth: the number of periods multiplied.

        Raises
        ------
        InputError
            The path meets a zero denominator or a singular matrix; the message names the place.
        NotConvergent
            Nothing could be proved of the tail; the message says why. `limit_estimate` may still give a value.
        LimitExceeded
            Too many periods would be needed.
        PrecisionLost
            The ball stayed wider than asked for: the limit is 0 or infinite.

        Notes
        -----
        Let V(N) be the generators of `cone`. The limit lies between the ratios of the columns of T(0) ... T(N-1) V(N),
        provided their denominators have one sign. The product is taken by binary splitting, in companion form where
        there is one, as four factors; the last multiplications, with entries longer than the precision, are done with
        balls. A trajectory of rank two without a cone is a continued fraction, evaluated by the series of its tail.
        """
        try:
            return self._enclosure(bits)
        except NotConvergent as error:
            start, direction = (", ".join(map(str, point)) for point in (self.start, self.direction))
            raise NotConvergent(f"from ({start}) along ({direction}): {error}") from None

    def _enclosure(self, bits: int) -> tuple[arb, int]:
        if not self.converges_exponentially and self.field.rank == 2:
            return series_enclosure(self.step.rows, bits)
        goal = bits + 2
        steps = max(self.cone.first, self.steps_for(goal + 2 * math.log2(goal + 2)))
        guard = _GUARD_BITS + 2 * steps.bit_length()
        for _ in range(ATTEMPTS):
            ball = hull(self.step.rows, self.cone, self.companion, steps, goal + guard)
            known = ball.rel_accuracy_bits() if ball is not None else 0
            if ball is not None and known >= goal:
                return ball, steps
            gain = bits_per_step(self.step.rows, steps)
            steps += math.ceil(min(steps, (goal - known) / gain if gain > 0 else steps)) + 2
            guard *= 2
        raise PrecisionLost(f"the limit is not known to {bits} bits after {steps} periods: it may be 0 or infinite")

    def forward_value(self, digits: int, context: Any = None) -> tuple[Any, int]:
        """Return the ratio P[0][1]/P[1][1] by another path and without a product tree, independently of `enclosure`.

        Parameters
        ----------
        digits : int
            Decimal digits aimed at, relative; not certified.
        context : MPContext, optional
            Where the number is to live, at `digits` or more; an own one of ``digits + 15`` digits if absent.

        Returns
        -------
        tuple of (mpf, int)
            The ratio, and the number of periods.

        Raises
        ------
        LimitExceeded
            Too many periods would be needed.

        Notes
        -----
        All steps along one axis are taken first, then all along the next; the last column of their product is built
        from its end: O(digits**2) bit operations. A trajectory of rank two without a cone is evaluated as the
        continued fraction it is.
        """
        if context is None:
            context = MPContext()
            context.dps = digits + 15
        if not self.converges_exponentially and self.field.rank == 2:
            return series_forward(self.step.rows, digits, context)
        steps = self.steps_for((digits + 16) * LOG2_10) + 2
        column = last_column(self.field, self.start, self.direction, steps)
        if column[1] == 0:
            raise NotConvergent(f"the entry P[1][1] of the product of {steps} periods is zero")
        return context.mpf(int(column[0])) / context.mpf(int(column[1])), steps


def _bits(coefficients: Sequence[Any]) -> int:
    return max((int(c).bit_length() for c in coefficients), default=0)
