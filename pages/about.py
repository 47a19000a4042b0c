"""Page: about."""

from discovery.ui.about import show_about

show_about()
