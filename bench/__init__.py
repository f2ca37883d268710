"""Loomwork beside two hand-written programs on the same rows: ratios, not milliseconds (design section 8)."""
