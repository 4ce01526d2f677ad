"""Outputs of cells: :mod:`.card`, :mod:`.plot` with a MIME bundle for every front end, and
:mod:`.progress`.
"""
