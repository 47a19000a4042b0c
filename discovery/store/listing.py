"""Which findings, in which order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from discovery.errors import InputError
from discovery.store.filters import FindingFilters


class Sort(StrEnum):
    """Columns a list of findings can be sorted by; each has an index."""

    CREATED = "created"
    DIGITS = "digits"
    SURPLUS_DIGITS = "surplus_digits"
    COMPLEXITY = "complexity"
    DIGITS_PER_TERM = "digits_per_term"
    DELTA = "delta"
    SUBJECT = "subject"
    KIND = "kind"
    STATUS = "status"
    RUN = "first_run"
    ID = "id"


@dataclass(frozen=True)
class Listing:
    """A list of findings: which ones, in which order.

    Parameters
    ----------
    filters : FindingFilters
        All of them must hold.
    sort : Sort or str
        Column to sort by; ties as they were stored, with one constant, kind, status, run or number of digits in the
        order of time. Findings without a value come last, by their kind; status goes by the strength of the evidence.
    descending : bool
        Largest first.
    folded : bool
        Only the simplest of the findings of each cluster that pass the filters.
    few : bool
        Whether it is known that few findings pass: they are gathered and sorted without counting them first, in place
        of a walk over all findings in the order asked for.

    Raises
    ------
    InputError
        Unknown column.
    """

    filters: FindingFilters = FindingFilters()  # noqa: RUF009 (frozen)
    sort: Sort | str = Sort.CREATED
    descending: bool = True
    folded: bool = False
    few: bool = False

    def __post_init__(self) -> None:
        if self.sort not in list(Sort):
            raise InputError(
                f"findings cannot be sorted by {str(self.sort)[:40]!r}",
                field="sort",
                hint=f"Use one of: {', '.join(Sort)}",
            )
