"""Errors as message boxes: what happened, why, and what to do. The page frame is the one place that catches all."""

from __future__ import annotations

import logging
import platform
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import streamlit as st

import discovery
from discovery import errors
from discovery.settings import ROOT

LOGGER = logging.getLogger("discovery.ui")


@dataclass(frozen=True)
class Message:
    """One message box.

    Parameters
    ----------
    level : str
        ``error``, ``warning`` or ``info``.
    title : str
        What happened.
    remedy : str
        What to do, when the error's own text does not say it.
    """

    level: str
    title: str
    remedy: str = ""


_MESSAGES: tuple[tuple[type[errors.DiscoveryError], Message], ...] = (
    (errors.FindingNotFound, Message("warning", "No such formula")),
    (errors.RunNotFound, Message("warning", "No such run", "Look for it on the Live page.")),
    (errors.InputError, Message("warning", "This cannot be used as it is")),
    (errors.LimitExceeded, Message("warning", "Stopped at its limit")),
    (errors.NotConvergent, Message("warning", "No value", "Mathematics gives no value here that can be bounded.")),
    (errors.PrecisionLost, Message("warning", "Not enough precision", "Ask for fewer digits.")),
    (
        errors.StoreVersionError,
        Message(
            "error",
            "The store was written by a newer version of this program",
            "Nothing was changed in it. Install that version, or point DISCOVERY_DATA at another folder and restart.",
        ),
    ),
    (errors.LeaseLost, Message("info", "Another worker has taken this run over", "Look again in a moment.")),
    (
        errors.StoreError,
        Message("error", "The results store cannot do this now", "Free space or access, then reload this page."),
    ),
    (errors.WorkerError, Message("error", "The computation ended without an answer", "Try again; see the run's log.")),
    (errors.MissingDependency, Message("error", "A package is missing")),
    (errors.DiscoveryError, Message("error", "This did not work")),
)


def message_for(error: errors.DiscoveryError) -> Message:
    """Return the message box for an error, by its class."""
    return next(message for kind, message in _MESSAGES if isinstance(error, kind))


def show_error(error: errors.DiscoveryError) -> None:
    """Show an error of ours as a message box."""
    message = message_for(error)
    box = {"error": st.error, "warning": st.warning, "info": st.info}[message.level]
    icon = {"error": ":material/error:", "warning": ":material/warning:", "info": ":material/info:"}[message.level]
    text = plain(sentence(without_paths(str(error))))
    box(f"**{message.title}.** {text}" + (f"\n\n{message.remedy}" if message.remedy else ""), icon=icon)
    if isinstance(error, errors.ExpressionError):
        st.code(error.caret(), language=None)


@contextmanager
def frame() -> Iterator[None]:
    """Show whatever the body raises as a message box; used around every page and every fragment."""
    try:
        yield
    except errors.DiscoveryError as error:
        show_error(error)
    except Exception as error:
        LOGGER.exception("unexpected error on a page")
        st.error(
            "**Something unexpected happened.** Your searches and results are safe: they live outside this page. "
            "Reload the page; if it happens again, please report it with the text below.",
            icon=":material/error:",
        )
        st.code(report(error), language=None)


def report(error: BaseException) -> str:
    """Return a report of an unexpected error to copy: versions and frames, no path of this machine."""
    frames = [
        f"  {_file_name(entry.filename)}:{entry.lineno} in {entry.name}"
        for entry in traceback.extract_tb(error.__traceback__)
    ]
    versions = ", ".join(f"{name} {version(name)}" for name in ("streamlit", "SQLAlchemy", "python-flint", "numba"))
    return "\n".join(
        [
            f"discovery {discovery.__version__}, Python {sys.version.split()[0]}, {platform.system()}, {versions}",
            f"{type(error).__name__}: {without_paths(str(error))[:1000]}",
            *frames,
        ]
    )


def without_paths(text: str) -> str:
    """Return the text with every absolute path shortened to its last part."""
    return re.sub(r"(?<![\w/:.])/(?:[^\s/'\":]+/)+([^\s/'\":]*)", r"\1", text)


def sentence(text: str) -> str:
    """Return the text with a capital at its beginning; messages are written to stand after a colon."""
    return text[:1].upper() + text[1:]


def plain(text: str) -> str:
    """Return the text with Markdown's special characters escaped, so that it shows as typed."""
    return re.sub(r"([\\`*_{}\[\]()<>#+!|~$:-])", r"\\\1", text)


def verbatim(text: str) -> str:
    """Return the Markdown of a code span with a text, whatever that holds."""
    line = " ".join(text.split())
    runs = re.findall("`+", line)
    if not runs:
        return f"`{line}`"
    fence = "`" * (1 + max(map(len, runs)))
    return f"{fence} {line} {fence}"


def _file_name(path: str) -> str:
    resolved = Path(path)
    return str(resolved.relative_to(ROOT)) if resolved.is_relative_to(ROOT) else resolved.name
