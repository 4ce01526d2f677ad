"""Comparison of backends.

:mod:`.compare` runs a network on several :mod:`.backends`, and a :mod:`.comparison` shows where
they differ.
"""
