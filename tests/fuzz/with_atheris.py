"""Coverage-guided fuzzing with atheris: ``python tests/fuzz/with_atheris.py TARGET [flags of libFuzzer]``.

For an hour on one target: ``python tests/fuzz/with_atheris.py where -max_total_time=3600``. A crash is written to a
file, which ``python tests/fuzz/with_atheris.py where FILE`` runs again.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

with atheris.instrument_imports(include=["discovery"]):
    from fuzz_targets import SEEDS, TARGETS, WORDS


def main() -> None:
    """Fuzz the target named first."""
    target, *flags = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for number, seed in enumerate(SEEDS[target]):
            (corpus / str(number)).write_bytes(seed)
        words = Path(folder) / "words"
        escaped = ("".join(f"\\x{byte:02x}" for byte in word[:60]) for word in WORDS)
        words.write_text("".join(f'"{word}"\n' for word in escaped))
        replayed = any(not flag.startswith("-") for flag in flags)
        inputs = [] if replayed else [str(corpus)]
        limits = [f"-dict={words}", "-timeout=10", "-rss_limit_mb=2048", "-max_len=4096"]
        atheris.Setup([sys.argv[0], *limits, *flags, *inputs], TARGETS[target])
        atheris.Fuzz()


main()
