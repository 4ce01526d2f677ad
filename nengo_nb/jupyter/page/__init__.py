"""Outputs of cells, and the comms between kernel and browser.

:mod:`.display` is a plot with a MIME bundle for every front end, drawn by the BokehJS that
:mod:`.loader` sends, and :mod:`.progress` a progress bar. :mod:`.widget` is the base class of all
widgets, :mod:`.static_files` reads their scripts, and :mod:`.wire` turns dataclasses into JSON and
back.
"""
