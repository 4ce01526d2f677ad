"""The magics: :mod:`.commands` has their lines read by :mod:`.options` and their bodies run by
:mod:`.cell`.

:mod:`.complete` answers Tab on them, and :mod:`.inspect` Shift-Tab.
"""
