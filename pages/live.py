"""Page: live."""

from discovery.ui.monitor import show_live

show_live()
