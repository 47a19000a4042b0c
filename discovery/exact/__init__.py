"""Ground floor: integers, polynomials, balls, and the formulas made of them."""
