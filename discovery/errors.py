"""The exception tree: every message says what was wrong, the value, and what to do."""

from __future__ import annotations


class DiscoveryError(Exception):
    """Base of every error this package raises on purpose."""


class InputError(DiscoveryError, ValueError):
    """Something the user can put right.

    Parameters
    ----------
    message : str
        What was wrong, with the value.
    field : str, optional
        Name of the parameter or file key at fault.
    hint : str, optional
        What to do instead; appended to the message.
    """

    def __init__(self, message: str, *, field: str | None = None, hint: str | None = None) -> None:
        self.message = message
        self.field = field
        self.hint = hint
        super().__init__(f"{message}. {hint}" if hint else message)


class ExpressionError(InputError):
    """A typed expression that the safe grammar refuses.

    Parameters
    ----------
    message : str
        What was wrong.
    text : str
        The expression as typed.
    position : int
        Zero-based offset of the offending character; the message names column ``position + 1``.
    hint : str, optional
        What to do instead.
    """

    def __init__(self, message: str, text: str, position: int, *, hint: str | None = None) -> None:
        self.text = text
        self.position = position
        super().__init__(f"{message} at column {position + 1}", hint=hint)

    def caret(self) -> str:
        """Return the expression with a caret under the offending column (two lines, at most 80 columns)."""
        start = max(0, self.position - 60)
        line = "".join(c if c.isprintable() else " " for c in self.text[start : start + 80])
        return f"{line}\n{' ' * (self.position - start)}^"


class ParameterError(InputError):
    """A search parameter outside its range; the message names the parameter, the range and the value."""


class LimitExceeded(DiscoveryError):
    """A computation was refused or stopped because it would take, or took, more than its limit.

    Parameters
    ----------
    message : str
        What was stopped and what to do.
    limit, used : str, optional
        The limit and what was asked for or used, in words.
    """

    def __init__(self, message: str, *, limit: str = "", used: str = "") -> None:
        self.limit = limit
        self.used = used
        super().__init__(message)


class NotConvergent(DiscoveryError):
    """The mathematics gives no value here, or none that can be bounded."""


class PrecisionLost(DiscoveryError):
    """A ball stayed wider than asked for at the highest precision allowed."""


class ProofRefused(DiscoveryError):
    """A proof object does not prove the formula it was held against.

    Parameters
    ----------
    condition : str
        The condition that fails, such as ``(2)`` or ``G``.
    reason : str
        What was found instead.
    """

    def __init__(self, condition: str, reason: str) -> None:
        self.condition = condition
        self.reason = reason
        super().__init__(f"the proof is refused at {condition}: {reason}")


class StoreError(DiscoveryError):
    """The results store cannot do what was asked."""


class StoreVersionError(StoreError):
    """The store was written by a newer version of the program than this one."""


class RunNotFound(StoreError, LookupError):
    """No run with that number is in the store."""


class FindingNotFound(StoreError, LookupError):
    """No finding with that id is in the store."""


class LeaseLost(StoreError):
    """Another worker took the run over; this one must stop without writing."""


class WorkerError(DiscoveryError):
    """A worker or helper process ended without an answer."""


class MissingDependency(DiscoveryError):
    """An optional package is needed and absent.

    Parameters
    ----------
    package : str
        Name of the missing package.
    install_command : str
        The command that installs it.
    """

    def __init__(self, package: str, install_command: str) -> None:
        self.package = package
        self.install_command = install_command
        super().__init__(f"this needs the package {package!r}, which is not installed; run: {install_command}")
