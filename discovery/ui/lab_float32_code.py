"""The code of a kernel in every language, to copy and to download."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from discovery.approximation.float32.kernel import Kernel
from discovery.export.kernel_c import c_code
from discovery.export.kernel_cuda import cuda_code
from discovery.export.kernel_python import jax_kernel, numba_kernel, numpy_kernel
from discovery.export.program_code import C_FLAGS

Writer = Callable[..., str]
WRITERS: dict[str, tuple[str, str, Writer]] = {
    "C with fma": ("c", "c", c_code),
    "C portable": ("c", "c", partial(c_code, portable=True)),
    "Numba": ("py", "python", numba_kernel),
    "NumPy": ("py", "python", numpy_kernel),
    "CUDA": ("cu", "cpp", cuda_code),
    "JAX": ("py", "python", jax_kernel),
}
"""By name: file ending, language of the highlighting, writer."""


def show_code(kernel: Kernel) -> None:
    """Show the code of a kernel as tabs."""
    for tab, (name, (ending, language, writer)) in zip(st.tabs(list(WRITERS)), WRITERS.items(), strict=True):
        with tab:
            text = writer(kernel.code, kernel.name, kernel.comment())
            st.code(text, language=language, height=420)
            if language == "c":
                st.caption(f"Compile with {' '.join(C_FLAGS)}: other options may change last bits.")
            st.download_button(
                f"{name} (.{ending})",
                text,
                file_name=f"{kernel.name}-{name.lower().replace(' ', '-')}.{ending}",
                mime="text/plain",
                icon=":material/download:",
                on_click="ignore",
                key=f"kernel-code-{name}",
            )
