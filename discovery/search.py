"""The Search protocol: parameters, units, candidates and findings, one shape for every search."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from discovery.errors import ParameterError

CANDIDATE = "candidate"
VERIFIED = "verified"
PROVED = "proved"

MAX_KEY = 1000

P = TypeVar("P")


@dataclass(frozen=True)
class ParameterInfo:
    """What a form, a command line and a validation message need to know about one parameter.

    Parameters
    ----------
    help : str
        One sentence for the user.
    label : str
        Name on the form.
    unit : str
        Unit of the value, empty for a pure number or a text.
    minimum, maximum : int or None
        Admissible range, ends included; ``None`` for no bound of its own.
    choices : tuple of str
        Admissible values of a text parameter; empty for free text.
    advanced : bool
        Whether the form keeps it in the expander.
    """

    help: str
    label: str
    unit: str = ""
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    advanced: bool = False


def parameter(default: Any, **info: Any) -> Any:
    """Return a dataclass field with a default and a `ParameterInfo` made from the other arguments."""
    return field(default=default, metadata={"info": ParameterInfo(**info)})


def parameter_infos(parameters_type: type) -> dict[str, tuple[dataclasses.Field[Any], ParameterInfo]]:
    """Return name -> (dataclass field, info) of a parameters class, in order of definition."""
    return {item.name: (item, item.metadata["info"]) for item in dataclasses.fields(parameters_type)}


def parse_parameters(parameters_type: type[P], assignments: Mapping[str, Any]) -> P:
    """Return the parameters for texts or values by name, each converted and held against its range.

    Parameters
    ----------
    parameters_type : type
        Frozen dataclass whose fields were made by `parameter`; types ``int`` and ``str``.
    assignments : mapping of str to object
        Values by parameter name; texts are converted. Missing names take their default.

    Raises
    ------
    ParameterError
        Unknown name, wrong type, or value outside the range.
    """
    infos = parameter_infos(parameters_type)
    values: dict[str, Any] = {}
    for name, raw in assignments.items():
        if name not in infos:
            raise ParameterError(
                f"unknown parameter {_shown(name)}", field=name, hint=f"Use one of: {', '.join(infos)}"
            )
        item, info = infos[name]
        values[name] = (
            _convert_integer(name, raw, info) if item.type in (int, "int") else _convert_text(name, raw, info)
        )
    return parameters_type(**values)


def parameters_to_json(parameters: Any) -> dict[str, Any]:
    """Return the parameters as a JSON object, in order of definition."""
    return dataclasses.asdict(parameters)


def _convert_integer(name: str, raw: Any, info: ParameterInfo) -> int:
    low = "" if info.minimum is None else str(info.minimum)
    high = "" if info.maximum is None else str(info.maximum)
    wanted = f"{name} must be an int in [{low or '-inf'}, {high or 'inf'}]"
    try:
        if isinstance(raw, bool | float) or (isinstance(raw, str) and len(raw) > 40):
            raise ValueError
        value = int(raw)
    except (TypeError, ValueError):
        raise ParameterError(f"{wanted}; got {_shown(raw)}", field=name) from None
    if (info.minimum is not None and value < info.minimum) or (info.maximum is not None and value > info.maximum):
        raise ParameterError(f"{wanted}; got {value}", field=name)
    return value


def _convert_text(name: str, raw: Any, info: ParameterInfo) -> str:
    value = str(raw).strip()
    if info.choices and value not in info.choices:
        raise ParameterError(f"{name} must be one of {', '.join(info.choices)}; got {_shown(value)}", field=name)
    if not value:
        raise ParameterError(f"{name} must not be empty", field=name)
    return value


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


@dataclass(frozen=True)
class Preset:
    """A named set of parameter values for the launcher and ``--preset``.

    Parameters
    ----------
    title : str
        What it finds and how long it takes, in words.
    values : mapping of str to object
        Parameter values that differ from the defaults.
    """

    title: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Estimate:
    """What a search will cost before it starts.

    Parameters
    ----------
    candidates : int
        Candidates to decide.
    seconds : float
        Expected time to decide them on this machine, seconds.
    chance_hits : float
        Expected number of candidates that pass the filter by accident.
    exact : bool
        Whether `candidates` is the exact number, or close to it.
    seconds_per_finding : float
        Time to confirm one finding, seconds; how many there are, nobody knows before.
    refusal : str or None
        Why the search will not be started, with the remedy; ``None`` if it may.
    """

    candidates: int
    seconds: float
    chance_hits: float
    exact: bool = True
    seconds_per_finding: float = 0.0
    refusal: str | None = None


@dataclass(frozen=True)
class Finding:
    """One mathematical object a search found, with its evidence.

    Parameters
    ----------
    formula : dict
        Formula-file object (``kind`` and its keys); what is verified is what is printed.
    key : str
        Canonical key: two discoveries of one object have the same kind and key. See `canonical_key`.
    subject : str
        The constant or function the finding is about, in the safe grammar.
    cluster : str
        Key shared by findings that are transformations of one another.
    status : str
        `CANDIDATE`, `VERIFIED` or `PROVED`.
    digits : int
        Decimal digits to which the formula is rigorously verified.
    surplus_digits : float
        Digits agreed minus digits the formula's own integers could have bought.
    complexity : float
        Decimal digits of information in the formula's integers.
    digits_per_term : float or None
        Convergence rate, decimal digits per term.
    delta : float or None
        Irrationality exponent of the convergents, |p/q - x| = q^-(1 + delta), measured; a positive one proves x
        irrational where it holds for all n.
    proof : dict or None
        Proof object as JSON, for status `PROVED`: checked again by whoever reads it.
    """

    formula: dict[str, Any]
    key: str
    subject: str
    cluster: str
    status: str
    digits: int
    surplus_digits: float
    complexity: float
    digits_per_term: float | None = None
    delta: float | None = None
    proof: dict[str, Any] | None = None

    @property
    def kind(self) -> str:
        """Kind of the formula, as in the formula file."""
        return str(self.formula["kind"])

    @property
    def id(self) -> str:
        """Permanent id, of kind and canonical key."""
        return finding_id(self.kind, self.key)

    def to_json(self) -> dict[str, Any]:
        """Return the formula-file object with id and evidence beside the formula's own keys."""
        evidence = {
            "id": self.id,
            "subject": self.subject,
            "cluster": self.cluster,
            "status": self.status,
            "digits": self.digits,
            "surplus_digits": round(self.surplus_digits, 1),
            "complexity": round(self.complexity, 2),
            "digits_per_term": None if self.digits_per_term is None else round(self.digits_per_term, 4),
        }
        if self.delta is not None:
            evidence["delta"] = round(self.delta, 4)
        proof = {} if self.proof is None else {"proof": self.proof}
        return {**self.formula, **evidence, **proof}


@dataclass(frozen=True)
class UnitResult:
    """What one unit of a search gave: counts in which nothing is silently dropped, and the findings.

    Parameters
    ----------
    candidates : int
        Candidates decided.
    findings : tuple of Finding
        Confirmed findings, in the order of the candidates.
    undecided : int
        Candidates for which the precision or the number of terms did not suffice.
    rejected : int
        Hits of the filter that exact refinement refused.
    counts : mapping of str to int
        Candidates, or hits, by class in the words of the search.
    kernel_seconds : float
        Time inside compiled kernels, seconds.
    checkpoint : bytes or None
        State the next unit starts from; ``None`` for enumerations.
    """

    candidates: int
    findings: tuple[Finding, ...] = ()
    undecided: int = 0
    rejected: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    kernel_seconds: float = 0.0
    checkpoint: bytes | None = None


class Search(Protocol[P]):
    """One search. A hit of a kernel is a candidate until `refine` has confirmed it exactly.

    Attributes
    ----------
    name : str
        Name in the store and on the command line.
    title : str
        Name on the page.
    version : int
        Raised when the same parameters would give other findings.
    parameters_type : type
        Frozen dataclass whose fields were made by `parameter`.
    presets : mapping of str to Preset
        Presets by name.
    """

    name: str
    title: str
    version: int
    parameters_type: type[P]
    presets: Mapping[str, Preset]

    def describe(self, parameters: P) -> str:
        """Return one line in words that says what will be searched."""
        ...

    def estimate(self, parameters: P) -> Estimate:
        """Return cost and expected chance hits; raise `ParameterError` for parameters that make no sense."""
        ...

    def units(self, parameters: P) -> int:
        """Return the number of work units, fixed by the parameters alone."""
        ...

    def run_unit(self, parameters: P, seed: int, index: int, checkpoint: bytes | None = None) -> UnitResult:
        """Return the result of unit `index`: a pure function, the same on any number of threads or machines."""
        ...

    def refine(self, parameters: P, candidate: Any) -> Finding | None:
        """Return the exactly confirmed finding for a kernel's hit, or ``None`` if it is refused."""
        ...

    def warm(self) -> None:
        """Compile every kernel, so that the first unit starts at full speed."""
        ...


def finding_id(kind: str, key: str) -> str:
    """Return the permanent id of a finding: 12 hexadecimal digits of the SHA-256 of its kind and canonical key."""
    return hashlib.sha256(f"{kind}\n{key}".encode()).hexdigest()[:12]


def canonical_key(text: str) -> str:
    """Return `text`, or its SHA-256 if it is longer than a database index takes."""
    return text if len(text) <= MAX_KEY else f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def canonical_json(value: Any) -> str:
    """Return JSON text with sorted keys and no spaces: equal values give equal texts."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
