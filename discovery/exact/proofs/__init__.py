"""Proof objects, how they are found and checked."""
