"""Comparing: :mod:`.compare` runs a network on several :mod:`.backends`, a
:mod:`.comparison` shows the difference.
"""
