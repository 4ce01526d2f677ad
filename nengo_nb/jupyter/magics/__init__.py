"""IPython magics: :mod:`.commands`, with :mod:`.arguments` for lines and :mod:`.cell` for bodies.

:mod:`.completion` completes on Tab, and :mod:`.inspection` gives help on Shift-Tab.
"""
