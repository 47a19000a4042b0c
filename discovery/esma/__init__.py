"""Signed interlaced continued fractions, found by Berlekamp-Massey (Razon et al., ICML 2023)."""
