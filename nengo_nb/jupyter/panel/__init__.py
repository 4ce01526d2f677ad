"""Kernel side of JupyterLab's side panel: networks, simulators, and orders to run them.

There are two comms. The kernel sends on one of them, the ``news`` of :mod:`.comms`; it is open from
``%load_ext`` on, without a ``comm_open`` message, so that a page can find it with a plain
``comm_info_request`` and need not try. A page sends on the other one, which it opens itself, and on
which the kernel never sends: that is what lets ipykernel 7 deliver while a cell runs.
:mod:`.controller` handles orders, and gives all that takes time to a thread; :mod:`.broadcaster`
sends what has changed, four times a second at most; :mod:`.entries` has the entries of a report.
The messages are in :mod:`nengo_nb.jupyter.protocol.panel`.
"""
