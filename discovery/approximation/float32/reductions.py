"""All methods, by name."""

from __future__ import annotations

from discovery.approximation.float32 import exponential, gelu, logarithm, root, saturating, trigonometric
from discovery.approximation.float32.reduction import Reduction

_PARTS = (exponential, logarithm, trigonometric, saturating, gelu, root)
REDUCTIONS: dict[str, Reduction] = {item.name: item for part in _PARTS for item in part.REDUCTIONS}
