"""Changing many records of a list together, and the runs that do it."""
