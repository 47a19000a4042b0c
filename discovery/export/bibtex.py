"""Findings as BibTeX entries, with the paper behind the search."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from discovery import __version__
from discovery.export.entry import Entry
from discovery.export.escaping import escape_tex
from discovery.export.latex import subject_tex

ESMA_PAPER = """@inproceedings{razon2023automated,
  author = {Razon, Ofir and Harris, Yoav and Gottlieb, Shahar and Carmon, Dan and David, Ofir and Kaminer, Ido},
  title = {Automated Search for Conjectures on Mathematical Constants using Analysis of Integer Sequences},
  booktitle = {Proceedings of the 40th International Conference on Machine Learning},
  series = {Proceedings of Machine Learning Research},
  volume = {202},
  pages = {28809--28842},
  year = {2023},
  eprint = {2212.09470},
  archiveprefix = {arXiv}
}
"""


def document(entries: Sequence[Entry]) -> str:
    """Return a BibTeX file: one ``@misc`` per finding, key ``discovery-ID``, and the paper on the method.

    Parameters
    ----------
    entries : sequence of Entry

    Returns
    -------
    str
        ASCII text; free text is escaped, braces balance.
    """
    return "\n".join([*map(_misc, entries), ESMA_PAPER])


def _misc(entry: Entry) -> str:
    finding = entry.finding
    found = datetime.fromtimestamp(entry.created, UTC)
    note = (
        f"{escape_tex(entry.status_words)}, {finding.surplus_digits:.1f} surplus digits; "
        f"found on {found:%Y-%m-%d} by: {escape_tex(entry.run_description)}"
    )
    fields = {
        "author": f"{{Discovery, version {__version__}}}",
        "title": f"{{A continued fraction for {subject_tex(finding.subject)}}}",
        "howpublished": "Computer search",
        "note": note,
        "year": str(found.year),
    }
    body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{discovery-{entry.id},\n{body}\n}}\n"
