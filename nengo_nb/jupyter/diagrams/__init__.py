"""Diagrams of networks on a page.

:mod:`.card` is the card of a network. Over :mod:`.comm` its diagram on a page requests details of a
box or an arrow, which :mod:`.inspection` computes with :mod:`.decoded`, :mod:`.present` and
:mod:`.charts`; :mod:`.health` has networks checked, :mod:`.findings` says where in a drawing
something was found, and :mod:`.activity` shows activity while a simulator runs live.
:mod:`.drawings` knows the objects behind each drawing. :mod:`.notebook` opens the comm with the
first drawing. The messages are in :mod:`nengo_nb.jupyter.protocol.diagram`.
"""
