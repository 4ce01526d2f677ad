"""Notebook half of the package: magics, cards, live views and JupyterLab's side panel.

No other room imports IPython or ipywidgets.

From a cell to a curve: :mod:`.magics` reads the line and runs the body inside a network,
:mod:`.session` keeps one simulator per name, which :mod:`.actions` runs, :mod:`.probes` turns what
was recorded into traces, and :mod:`.outputs` shows them. :mod:`.cards` renders networks and objects
as outputs, with :mod:`.diagrams`, :mod:`.live` shows running simulations, :mod:`.training` trains
for ``%%nengo_train``, :mod:`.comparison` compares backends, and :mod:`.panel` serves JupyterLab's
side panel. :mod:`.comms` and :mod:`.protocol` connect kernel and browser. :mod:`.api` has the
functions for scripts, and :mod:`.extension` is what ``%load_ext`` loads. Threads and lifetimes are
in ``docs/developing/threads.md``.

How a plot reaches the page: its HTML holds a PNG and, in an inert ``<script
type="application/...">``, the figure as JSON. One widget per kernel (:mod:`.comms.bokeh_loader`),
which is never displayed, brings BokehJS to the page from the kernel's own Bokeh and draws every
such figure. So nothing is fetched from elsewhere, notebooks do not carry BokehJS, no widget can be
missing when a notebook is opened again, and wherever no script runs (untrusted notebooks,
nbconvert, other viewers) the PNG is shown.
"""
