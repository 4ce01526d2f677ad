"""IPython magics: :mod:`.commands` has lines parsed by :mod:`.options` and bodies run by
:mod:`.cell`.

:mod:`.complete` completes on Tab, and :mod:`.inspect` gives help on Shift-Tab.
"""
