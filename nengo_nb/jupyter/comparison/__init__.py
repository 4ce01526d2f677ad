"""Comparison of backends.

:mod:`.runner` runs a network on several :mod:`.backends`, and a :mod:`.result` shows where
they differ.
"""
