"""Diagrams of networks on a page.

:mod:`.card` is the card of a network. Over :mod:`.comm` its diagram on a page requests details of a
box or an arrow, which :mod:`.inspection` computes, and :mod:`.activity` shows activity while a
simulator runs live. :mod:`.notebook` opens the comm with the first drawing. The messages are in
:mod:`nengo_nb.jupyter.protocol.diagram`.
"""
