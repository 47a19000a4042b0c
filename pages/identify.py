"""Page: what a number is."""

from discovery.ui.identify import show_identify

show_identify()
