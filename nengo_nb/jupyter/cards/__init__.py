"""Cards: networks, objects, simulators and plans as outputs of cells, with diagrams.

:mod:`.kinds` dispatches by kind of object, :mod:`.card` renders. Over the comm of :mod:`.channel` a
diagram on a page requests details of a box or an arrow from :mod:`.looking`, and :mod:`.glow` shows
activity while a simulator runs. :mod:`.looking` is mirrored by
``labextension/src/diagram/messages.ts``.
"""
