"""What the reference has: a page for every room, and on it the modules worth calling from Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Room:
    """One page of the reference.

    Parameters
    ----------
    title : str
        Heading.
    about : str
        One or two sentences in Markdown.
    modules : tuple of str
        Modules below ``discovery``, in the order of the page.
    """

    title: str
    about: str
    modules: tuple[str, ...]


def _under(folder: str, names: str) -> tuple[str, ...]:
    return tuple(f"{folder}.{name}" for name in names.split())


ROOMS: Mapping[str, Room] = {
    "search": Room(
        "The search protocol",
        "What every search offers, and what it returns. How to write one: [a search](../extending.md#a-search).",
        ("search", "errors", "settings"),
    ),
    "expressions": Room(
        "Expressions and numbers",
        "Typed mathematics as trees, their values as rational numbers, balls and mpmath numbers.",
        _under("exact", "expression polynomial constants functions evaluation precision tex sympy_tree"),
    ),
    "formulas": Room(
        "Formulas",
        "The five kinds of formulas, formula files, verification and certificates.",
        _under("exact", "formula formula_file verification certificate")
        + _under("exact.fractions", "polynomial_continued_fraction signed_continued_fraction")
        + _under("exact.fields", "matrix_field trajectory")
        + ("exact.programs.program",),
    ),
    "fractions": Room(
        "Continued fractions",
        "Convergents, convergence, common factors and irrationality exponents.",
        _under(
            "exact.fractions",
            "continued_fraction convergence deflation fraction_class gcd_rate irrationality disagreement",
        ),
    ),
    "fields": Room(
        "Matrix fields",
        "Fields known and found, their completion and transformations, and walks through them.",
        _under("exact.fields", "rational_function field_transformations companion_form scalar_recurrence")
        + _under("exact.fields", "trajectory_limit trajectory_rate trajectory_fields")
        + _under("matrix_fields", "catalogue conjugate conjugate_discovery completion hypergeometric membership")
        + _under("matrix_fields", "ray_membership recurrence walk delta_map closed_form"),
    ),
    "proofs": Room(
        "Proofs",
        "Proof objects: how they are found, checked and read back.",
        _under("exact.proofs", "proof_objects matrix_certificate polynomial_proofs telescoping euler_type summation")
        + _under("exact.proofs", "equivalence equivalence_search equivalence_transformations known_fractions")
        + ("esma.proof",),
    ),
    "identification": Room(
        "Identification",
        "What a number is, and what the evidence for it is worth.",
        _under("exact.identification", "readings identification integer_relation value_identification")
        + _under("exact.identification", "identified_value bank chosen_basis algebraic multiplicative moebius_readings")
        + ("esma.recognition",),
    ),
    "sequences": Room(
        "Sequences",
        "Recurrences and closed forms of pasted sequences.",
        _under("exact.sequences", "terms examination recurrence berlekamp_massey ansatz quasi_polynomial")
        + _under("exact.sequences", "hypergeometric generating_function writing sequence_code"),
    ),
    "programs": Room(
        "Programs that compute functions",
        "Proved error bounds of programs, targets, classical approximations and minimax constants.",
        _under("exact.programs", "program_function program_bound program_verification program_scan program_poles")
        + _under("exact.programs", "function_zeros")
        + _under("approximation", "targets remez classical exchange error_curve front atlas cost"),
    ),
    "float32": Room(
        "Kernels for machine numbers",
        "binary32, binary16 and bfloat16: kernels for elementary functions, exhaustive scans, peers and code.",
        _under("approximation.float32", "kernel catalogue making")
        + _under("exact.float32", "formats exact_values scan scan_result peers timing")
        + _under("export", "kernel_c kernel_cuda kernel_python"),
    ),
    "store": Room(
        "The results store",
        "Runs, findings and what people say about them, on SQLite or PostgreSQL.",
        _under("store", "store records filters query where annotations backup transfer merging"),
    ),
    "export": Room(
        "Export",
        "LaTeX, BibTeX, JSON lines, CSV and code: pure functions of formulas and findings.",
        _under("export", "entry latex bibtex formula_lines table code languages formula_tex formula_proof pgfplots"),
    ),
    "jobs": Room(
        "Runs, workers and services",
        "Where searches and store meet; the functions behind the pages and the command line.",
        _under("jobs", "registry runs worker launcher executor checking proving identifying sequences catalogue")
        + _under("jobs", "importing exporting published_results reproducing sandbox"),
    ),
}
