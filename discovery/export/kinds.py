"""What an export says once about all formulas of one kind: the general form, and the paper behind the search."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from discovery.exact.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.signed_continued_fraction import SignedContinuedFraction


@dataclass(frozen=True)
class Kind:
    """Sentences about one kind of formula.

    Parameters
    ----------
    noun : str
        What such a formula is called, in words.
    general_form : str
        TeX paragraph that says how the formulas are to be read.
    paper : str
        TeX of the bibliography item of the paper on the search.
    bibtex : str
        The same paper as a BibTeX entry.
    """

    noun: str
    general_form: str
    paper: str
    bibtex: str


_RAZON = r"""O. Razon, Y. Harris, S. Gottlieb, D. Carmon, O. David, I. Kaminer,
\emph{Automated Search for Conjectures on Mathematical Constants using Analysis of Integer Sequences},
ICML 2023, arXiv:2212.09470."""
_RAZON_BIBTEX = """@inproceedings{razon2023automated,
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
_ELIMELECH = r"""R. Elimelech, O. David, C. De la Cruz Mengual, R. Kalisch, W. Berndt, M. Shalyt, M. Silberstein,
Y. Hadad, I. Kaminer, \emph{Algorithm-assisted discovery of an intrinsic order among mathematical constants},
Proc. Natl. Acad. Sci. USA 121 (2024), e2321440121, arXiv:2308.11829."""
_ELIMELECH_BIBTEX = """@article{elimelech2024algorithm,
  author = {Elimelech, Rotem and David, Ofir and De la Cruz Mengual, Carlos and Kalisch, Rotem and Berndt, Wolfgang
    and Shalyt, Michael and Silberstein, Mark and Hadad, Yaron and Kaminer, Ido},
  title = {Algorithm-assisted discovery of an intrinsic order among mathematical constants},
  journal = {Proceedings of the National Academy of Sciences},
  volume = {121},
  pages = {e2321440121},
  year = {2024},
  eprint = {2308.11829},
  archiveprefix = {arXiv}
}
"""
_SIGNED_FORM = r"""A signed continued fraction below is written
\begin{equation*}a_0 + \cfrac{b_0}{a_1 + \cfrac{b_1}{a_2 + \ddots}}\end{equation*}
with integers $a_n$ and signs $b_n$; the letter $k$ runs over $0, 1, 2, \ldots$"""
_POLYNOMIAL_FORM = r"""A polynomial continued fraction below is written
\begin{equation*}a_0 + \cfrac{b_1}{a_1 + \cfrac{b_2}{a_2 + \ddots}}\end{equation*}
with polynomials $a_n$ and $b_n$ in $n$."""

KINDS: dict[str, Kind] = {
    SignedContinuedFraction.kind: Kind("signed continued fraction", _SIGNED_FORM, _RAZON, _RAZON_BIBTEX),
    PolynomialContinuedFraction.kind: Kind(
        "polynomial continued fraction", _POLYNOMIAL_FORM, _ELIMELECH, _ELIMELECH_BIBTEX
    ),
}
"""What there is to say, by kind of formula."""


def kinds_of(names: Iterable[str]) -> list[Kind]:
    """Return the kinds that occur, each once, in the order of `KINDS`."""
    present = set(names)
    return [kind for name, kind in KINDS.items() if name in present]
