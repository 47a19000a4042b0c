"""The command line: ``python -m discovery``."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module

from discovery import __version__, errors
from discovery.cli.output import message
from discovery.settings import Settings, use_numba_cache

MODULES = {
    "running": ("search", "runs", "worker"),
    "checking": ("verify",),
    "identifying": ("identify", "sequence"),
    "exporting": ("export",),
    "reproducing": ("reproduce",),
    "maintenance": ("store", "doctor", "warm"),
}
"""Modules of this package, with their commands."""

EXIT_FAILED = 1
EXIT_INPUT = 2
EXIT_NOT_FOUND = 3
EXIT_STORE = 4
EXIT_INTERRUPTED = 130


def build_parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """Return the parser of the command that the arguments name, or of all if they name none.

    Notes
    -----
    What one command does not need is not imported: that takes longer than most commands.
    """
    parser = argparse.ArgumentParser(prog="python -m discovery", description="Find formulas, check them, export them.")
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument(
        "--store", metavar="URL", help="results store (default: DISCOVERY_STORE, else data/local/store.db)"
    )
    parser.add_argument("--data", metavar="DIR", help="run-time folder (default: DISCOVERY_DATA, else data/local)")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    command = next((word for word in arguments if any(word in words for words in MODULES.values())), None)
    for name, words in MODULES.items():
        if command is None or command in words:
            import_module(f"discovery.cli.{name}").add_commands(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the program's name; defaults to ``sys.argv[1:]``.

    Returns
    -------
    int
        0 ok, 1 search failed, 2 unusable input, 3 not found, 4 store problem, 5 verification negative,
        130 interrupted with the state saved.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    options = build_parser(arguments).parse_args(arguments)
    try:
        settings = Settings.from_environment(data=options.data, store=options.store)
        use_numba_cache(settings)
        return int(options.handler(options, settings))
    except errors.ExpressionError as error:
        message(f"error: {error}\n{error.caret()}")
        return EXIT_INPUT
    except (errors.RunNotFound, errors.FindingNotFound) as error:
        message(f"error: {error}")
        return EXIT_NOT_FOUND
    except errors.StoreError as error:
        message(f"error: {error}")
        return EXIT_STORE
    except errors.DiscoveryError as error:
        message(f"error: {error}")
        return EXIT_INPUT if isinstance(error, errors.InputError | errors.MissingDependency) else EXIT_FAILED
    except KeyboardInterrupt:
        message("interrupted")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away, as `head` does: nothing to say and nobody to say it to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILED
    except OSError as error:
        message(f"error: {error.strerror or error}: {error.filename or 'input or output'}")
        return EXIT_STORE
    except Exception as error:
        # The command line's outermost frame: a fault of the program, to be reported with its trace.
        message(traceback.format_exc())
        message(f"error: this is a fault of the program: {type(error).__name__}; please report the lines above")
        return EXIT_FAILED
