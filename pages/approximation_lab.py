"""Page: the Approximation lab."""

from discovery.ui.approximation_lab import show_approximation_lab

show_approximation_lab()
