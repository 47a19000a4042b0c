"""Wing 4: short programs that compute functions."""
