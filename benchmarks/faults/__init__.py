"""Faults injected into a store and its workers, again and again, with counts of what was lost or doubled."""
