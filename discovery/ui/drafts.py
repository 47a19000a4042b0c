"""What somebody has set in the launcher, kept over a reload of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

# The server gives each browser a token against forged requests, under another mask in every answer
# (version|mask|masked token|time); here it only tells one browser from another.
BROWSER_COOKIE = "_streamlit_xsrf"
MAX_BROWSERS = 200


@st.cache_resource(show_spinner=False)
def _drafts() -> dict[str, dict[str, Any]]:
    return {}


def restore_draft() -> None:
    """Set the launcher's fields of a new page to what this browser had set last."""
    if "draft-restored" not in st.session_state:
        st.session_state["draft-restored"] = True
        for key, value in _drafts().get(_browser(), {}).items():
            st.session_state.setdefault(key, value)


def keep_draft(is_field: Callable[[str], bool]) -> None:
    """Keep the fields of this page whose key is one of the launcher's."""
    browser = _browser()
    if browser:
        drafts = _drafts()
        drafts.pop(browser, None)
        drafts[browser] = {str(key): value for key, value in st.session_state.items() if is_field(str(key))}
        if len(drafts) > MAX_BROWSERS:
            drafts.pop(next(iter(drafts)))


def browser_cookies() -> Mapping[str, str]:
    """Return the cookies of the browser that shows the page."""
    return st.context.cookies


def _browser() -> str:
    """Return what stays the same for one browser; nothing without a cookie of the known form."""
    try:
        _version, mask, masked, _time = browser_cookies().get(BROWSER_COOKIE, "").split("|")
        key = bytes.fromhex(mask)
        return bytes(byte ^ key[place % len(key)] for place, byte in enumerate(bytes.fromhex(masked))).hex()
    except (ValueError, ZeroDivisionError):
        return ""
