"""Page: a matrix field, its maps, and trajectories through it."""

from discovery.ui.matrix_field import show_matrix_field

show_matrix_field()
