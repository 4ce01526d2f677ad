"""Session of a notebook: :mod:`.registry` keeps an :mod:`.entry` for each network, by name.

:mod:`.definition` finds what has changed in a network since its simulator was built,
:mod:`.rebuild` carries learned parameters over to a new one, and :mod:`.loop_variables` knows the
names that a loop has left.
"""
