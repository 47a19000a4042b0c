"""The formats binary32, binary16 and bfloat16: rounding, correctly rounded references, scans of every input."""
