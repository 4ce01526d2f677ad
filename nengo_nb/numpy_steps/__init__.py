"""Nengo's operators in NumPy, those of one kind that do not depend on one another at once."""
