"""Fields of conjugate polynomials f, f-bar: two conditions, one potential, and the matrices they give."""

from __future__ import annotations

from dataclasses import dataclass

from discovery.errors import InputError, ProofRefused
from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.fields.rational_function import (
    RationalFunction,
    Scalar,
    Variables,
    constant,
    from_coefficients,
    parse_rational_function,
    variable,
)

AXES: Variables = ("x", "y")


@dataclass(frozen=True)
class ConjugatePolynomials:
    """Two polynomials f and f-bar in x, y and further parameters.

    Parameters
    ----------
    f, f_bar : RationalFunction
        Polynomials in x and y, whose variables are x, y and then the parameters; the parameters may stand in
        denominators.

    References
    ----------
    Elimelech, David, De la Cruz Mengual, Kalisch, Berndt, Shalyt, Silberstein, Hadad, Kaminer, "Algorithm-assisted
    discovery of an intrinsic order among mathematical constants", PNAS 121 (2024), arXiv:2308.11829.
    """

    f: RationalFunction
    f_bar: RationalFunction

    @property
    def parameters(self) -> Variables:
        """The names of the parameters."""
        return self.f.variables[len(AXES) :]

    def linear_residual(self) -> RationalFunction:
        """Return f(x+1, y-1) - f_bar(x, y-1) + f_bar(x+1, y) - f(x, y), which the first condition wants to be zero."""
        f, f_bar = self.f, self.f_bar
        return shifted(f, 1, -1) - shifted(f_bar, 0, -1) + shifted(f_bar, 1, 0) - f

    def quadratic_residual(self) -> RationalFunction:
        """Return the mixed part of f f_bar, whose monomials contain x and y; the second condition wants zero."""
        product = self.f * self.f_bar
        at_axes = product.substitute({"x": 0}) + product.substitute({"y": 0}) - product.substitute({"x": 0, "y": 0})
        return product - at_axes

    def a(self) -> RationalFunction:
        """Return a(x, y) = f(x, y) - f_bar(x+1, y)."""
        return self.f - shifted(self.f_bar, 1, 0)

    def b(self) -> RationalFunction:
        """Return b(x) = f f_bar(x, 0) - f f_bar(0, 0)."""
        product = (self.f * self.f_bar).substitute({"y": 0})
        return product - product.substitute({"x": 0})

    def field(self, kappa: RationalFunction | Scalar = 0) -> MatrixField:
        """Return the field M_x = [[0, b], [1, a]], M_y = [[f_bar, b], [1, f]], with `kappa` added to b.

        Parameters
        ----------
        kappa : RationalFunction, int or Fraction
            Any constant; the field is conservative with each. It moves with the origin: a field translated by s has
            ``kappa = b(s)``.

        Raises
        ------
        ProofRefused
            One of the two conditions fails; the message shows the residual.
        InputError
            A matrix has determinant zero everywhere.
        """
        for name, residual in (
            ("the linear condition f(x+1,y-1) - f_bar(x,y-1) + f_bar(x+1,y) - f(x,y) = 0", self.linear_residual()),
            ("the quadratic condition f f_bar = F(x) + G(y)", self.quadratic_residual()),
        ):
            if not residual.is_zero:
                text = str(residual)
                raise ProofRefused(name, f"the residual is {text if len(text) <= 120 else text[:117] + '...'}")
        zero, one = constant(0, self.f.variables), constant(1, self.f.variables)
        b = self.b() + kappa
        matrices = {"x": ((zero, b), (one, self.a())), "y": ((self.f_bar, b), (one, self.f))}
        return MatrixField.proved(AXES, matrices, self.parameters)

    def potential(self) -> RationalFunction:
        """Return H without constant term, f = H(x+1, y+1) - H(x, y), f_bar = H(x, y+1) - H(x+1, y).

        Raises
        ------
        ProofRefused
            The linear condition fails, so there is none; otherwise there is exactly one.

        Notes
        -----
        H(x+2, y) - H(x, y) = a(x, y) fixes H but for a function of y, and f(0, y) fixes the difference of that.
        """
        along_x = antidifference(self.a(), "x", 2)
        rest = self.f - shifted(along_x, 1, 1) + along_x
        if "x" in rest.used_variables():
            raise ProofRefused("the linear condition", f"the residual is {self.linear_residual()}")
        h = along_x + antidifference(rest, "y", 1)
        h -= h.substitute({"x": 0, "y": 0})
        if from_potential(h) != self:
            raise ProofRefused("the linear condition", f"the residual is {self.linear_residual()}")
        return h

    def mirror(self) -> ConjugatePolynomials:
        """Return the pair with the axes exchanged: f(y, x) and -f_bar(y, x); it meets the conditions if this does."""
        swap = {"x": variable("y", self.f.variables), "y": variable("x", self.f.variables)}
        return ConjugatePolynomials(self.f.substitute(swap), -self.f_bar.substitute(swap))

    def translated(self, x: RationalFunction | Scalar, y: RationalFunction | Scalar) -> ConjugatePolynomials:
        """Return the pair f(X + x, Y + y), f_bar(X + x, Y + y) as polynomials in X, Y."""
        moved = {"x": variable("x", self.f.variables) + x, "y": variable("y", self.f.variables) + y}
        return ConjugatePolynomials(self.f.substitute(moved), self.f_bar.substitute(moved))


def conjugate_polynomials(f: str, f_bar: str, parameters: Variables = ()) -> ConjugatePolynomials:
    """Return the pair of two typed polynomials in x and y.

    Raises
    ------
    InputError
        A text is not in the safe grammar, or not a polynomial in x and y.
    """
    pair = []
    for field, text in (("f", f), ("f_bar", f_bar)):
        try:
            function = parse_rational_function(text, AXES + parameters)
        except InputError as error:
            raise InputError(f"{field}: {error.message}", field=field, hint=error.hint) from None
        if any(degree > 0 for degree in function.denominator.degrees()[: len(AXES)]):
            raise InputError(f"{field} must be a polynomial in x and y; got {function}", field=field)
        pair.append(function)
    return ConjugatePolynomials(*pair)


def from_potential(h: RationalFunction) -> ConjugatePolynomials:
    """Return f = H(x+1, y+1) - H(x, y) and f_bar = H(x, y+1) - H(x+1, y); the linear condition holds for every H."""
    return ConjugatePolynomials(shifted(h, 1, 1) - h, shifted(h, 0, 1) - shifted(h, 1, 0))


def shifted(function: RationalFunction, by_x: Scalar, by_y: Scalar) -> RationalFunction:
    """Return function(x + by_x, y + by_y)."""
    return function.substitute(
        {"x": variable("x", function.variables) + by_x, "y": variable("y", function.variables) + by_y}
    )


def antidifference(function: RationalFunction, name: str, step: int) -> RationalFunction:
    """Return the polynomial s without a part free of `name` such that s(name + step) - s(name) is `function`."""
    names = function.variables
    index, unit = names.index(name), variable(name, names)
    divisor = RationalFunction(function.denominator, constant(1, names).denominator)
    rest, total = function * divisor, constant(0, names)
    while not rest.is_zero:
        degree = max(powers[index] for powers in rest.coefficients())
        leading = {
            (*powers[:index], degree + 1, *powers[index + 1 :]): value / (step * (degree + 1))
            for powers, value in rest.coefficients().items()
            if powers[index] == degree
        }
        part = from_coefficients(leading, names)
        total += part
        rest -= part.substitute({name: unit + step}) - part
    return total / divisor
