"""Comms between kernel and browser.

:mod:`.widget` is the base class of all widgets, :mod:`.assets` reads their scripts, and
:mod:`.bokeh_loader` is the widget that sends BokehJS to pages.
"""
