"""Cards: what a thing is, shown as the value of a cell, and the diagrams in them.

:mod:`.kinds` has a card for each kind of thing, :mod:`.card` writes it. Over :mod:`.channel` a
diagram on the page asks what :mod:`.looking` has to tell of a box or an arrow, and :mod:`.glow`
lets boxes glow while a simulator runs. :mod:`.looking` is mirrored by
``labextension/src/diagram/messages.ts``.
"""
