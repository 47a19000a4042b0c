"""Page: results."""

from discovery.ui.table import show_results

show_results()
