"""What an export prints for one finding."""

from __future__ import annotations

from dataclasses import dataclass

from discovery.exact.formula import Formula
from discovery.search import CANDIDATE, PROVED, Finding


@dataclass(frozen=True)
class Entry:
    """One finding, ready for export.

    Parameters
    ----------
    finding : Finding
        Formula-file object, id, status and evidence.
    formula : Formula
        The same formula, parsed: what is printed is rendered from it.
    created : float
        When it was first found, seconds since 1970-01-01 UTC.
    run_description : str
        The run that found it, in words; free text.
    reference : str
        Where the formula is known from; free text, empty if it is not in the catalogue.
    favourite : bool
        Whether a person marked it.
    review : str
        What a person made of it: ``open``, ``interesting``, ``known`` or ``rejected``.
    tags : tuple of str
        Tags a person gave it; free text.
    note : str
        What a person wrote about it; free text.
    """

    finding: Finding
    formula: Formula
    created: float
    run_description: str
    reference: str = ""
    favourite: bool = False
    review: str = "open"
    tags: tuple[str, ...] = ()
    note: str = ""

    @property
    def id(self) -> str:
        """Permanent id of the finding."""
        return self.finding.id

    @property
    def status_words(self) -> str:
        """Status and digits in words: "verified to 1000 digits"; the status alone where there are no digits."""
        if not self.finding.digits:
            return self.finding.status
        if self.finding.status == CANDIDATE:
            return f"candidate, {self.finding.digits} digits agree"
        if self.finding.status == PROVED:
            return f"proved, and verified to {self.finding.digits} digits"
        return f"verified to {self.finding.digits} digits"
