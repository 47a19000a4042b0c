"""What an export says once about all formulas of one kind: the general form, and the paper behind the search."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.fields.trajectory import Trajectory
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.exact.programs.program import Program


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
Proc. Natl. Acad. Sci. USA 121 (25) (2024), e2321440121, arXiv:2308.11829."""
_ELIMELECH_BIBTEX = """@article{elimelech2024algorithm,
  author = {Elimelech, Rotem and David, Ofir and De la Cruz Mengual, Carlos and Kalisch, Rotem and Berndt, Wolfgang
    and Shalyt, Michael and Silberstein, Mark and Hadad, Yaron and Kaminer, Ido},
  title = {Algorithm-assisted discovery of an intrinsic order among mathematical constants},
  journal = {Proceedings of the National Academy of Sciences},
  volume = {121},
  number = {25},
  pages = {e2321440121},
  year = {2024},
  doi = {10.1073/pnas.2321440121},
  eprint = {2308.11829},
  archiveprefix = {arXiv}
}
"""
_REAL = r"""E. Real, Y. Chen, M. Rossini, C. de Souza, M. Garg, A. Verghese, M. Firsching, Q. V. Le, E. D. Cubuk,
D. H. Park, \emph{AutoNumerics-Zero: Automated Discovery of State-of-the-Art Mathematical Functions},
arXiv:2312.08472."""
_REAL_BIBTEX = """@misc{real2023autonumerics,
  author = {Real, Esteban and Chen, Yao and Rossini, Mirko and de Souza, Connal and Garg, Manav and Verghese, Akhil
    and Firsching, Moritz and Le, Quoc V. and Cubuk, Ekin Dogus and Park, David H.},
  title = {AutoNumerics-Zero: Automated Discovery of State-of-the-Art Mathematical Functions},
  year = {2023},
  eprint = {2312.08472},
  archiveprefix = {arXiv}
}
"""
_SIGNED_FORM = r"""A signed continued fraction below is written
\begin{equation*}a_0 + \cfrac{b_0}{a_1 + \cfrac{b_1}{a_2 + \ddots}}\end{equation*}
with integers $a_n$ and signs $b_n$; the letter $k$ runs over $0, 1, 2, \ldots$"""
_POLYNOMIAL_FORM = r"""A polynomial continued fraction below is written
\begin{equation*}a_0 + \cfrac{b_1}{a_1 + \cfrac{b_2}{a_2 + \ddots}}\end{equation*}
with polynomials $a_n$ and $b_n$ in $n$."""
_FIELD_FORM = r"""A conservative matrix field below has one matrix for each axis, and the product of the matrices
along a path of unit steps, from left to right, depends on the end points only."""
_TRAJECTORY_FORM = r"""A trajectory below is the product $P_n$ of the matrices of a conservative matrix field along a
path of unit steps from a point in a direction; $P_n[i,j]$ is its entry in row $i$ and column $j$."""
_PROGRAM_FORM = r"""A program below is a sequence of arithmetic operations; its error is that in real arithmetic, over
the whole closed interval."""

KINDS: dict[str, Kind] = {
    SignedContinuedFraction.kind: Kind("signed continued fraction", _SIGNED_FORM, _RAZON, _RAZON_BIBTEX),
    PolynomialContinuedFraction.kind: Kind(
        "polynomial continued fraction", _POLYNOMIAL_FORM, _ELIMELECH, _ELIMELECH_BIBTEX
    ),
    MatrixField.kind: Kind("conservative matrix field", _FIELD_FORM, _ELIMELECH, _ELIMELECH_BIBTEX),
    Trajectory.kind: Kind("trajectory of a matrix field", _TRAJECTORY_FORM, _ELIMELECH, _ELIMELECH_BIBTEX),
    Program.kind: Kind("program", _PROGRAM_FORM, _REAL, _REAL_BIBTEX),
}
"""What there is to say, by kind of formula."""


def kinds_of(names: Iterable[str]) -> list[Kind]:
    """Return the kinds that occur, each once, in the order of `KINDS`."""
    present = set(names)
    return [kind for name, kind in KINDS.items() if name in present]


def papers_of(names: Iterable[str]) -> list[Kind]:
    """Return for every paper behind the kinds that occur the first of its kinds, in the order of `KINDS`."""
    first: dict[str, Kind] = {}
    for kind in kinds_of(names):
        first.setdefault(kind.paper, kind)
    return list(first.values())
