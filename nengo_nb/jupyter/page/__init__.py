"""The page: how kernel and browser meet, whatever they have to say.

:mod:`.display` is a plot that draws itself wherever it is shown, with the BokehJS that
:mod:`.loader` brings, and :mod:`.progress` a bar. :mod:`.widget` is what all widgets have in
common, :mod:`.static_files` their scripts, and :mod:`.wire` turns dataclasses into messages.
"""
