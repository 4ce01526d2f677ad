"""IPython magics: :mod:`.commands`, with :mod:`.options` for lines and :mod:`.cell` for bodies.

:mod:`.complete` completes on Tab, and :mod:`.inspect` gives help on Shift-Tab.
"""
