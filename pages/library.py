"""Page: the Library."""

from discovery.ui.library import show_library

show_library()
