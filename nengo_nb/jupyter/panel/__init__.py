"""Panel: what JupyterLab's side panel shows of a kernel, and what it may ask for.

There are two comms. The kernel tells on one of them, the ``news`` of :mod:`.door`; it is open from
``%load_ext`` on, without a word to anybody, so that a browser can find it with a plain
``comm_info_request`` and never needs to try its luck. A browser asks on the other one, which it
opens itself, and on which the kernel never sends: that is what lets ipykernel 7 deliver while a
cell runs. :mod:`.desk` takes orders, and hands all that takes time to a thread; :mod:`.reporter`
tells what has changed, four times a second at most; :mod:`.rows` is what is told. :mod:`.messages`
is mirrored by ``labextension/src/lab/panel/messages.ts``.
"""
