"""Kernels that compute elementary functions in binary32 and smaller formats, with errors counted in ULP."""
