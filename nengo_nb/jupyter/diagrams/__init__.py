"""Diagrams of networks on a page.

Over :mod:`.comm` a diagram on a page requests details of a box or an arrow, which
:mod:`.inspection` computes, and :mod:`.activity` shows activity while a simulator runs. The
messages of :mod:`.inspection` are mirrored by ``labextension/src/diagram/messages.ts``.
"""
