"""Jupyter: what a person sees and touches in a notebook. The only room that knows IPython and
ipywidgets.

From a cell to a curve: :mod:`.magics` reads the line and runs the body inside a network,
:mod:`.session` keeps one simulator per name, :mod:`.probes` turns what was recorded into traces,
and :mod:`.page` shows them. :mod:`.cards` is what a network shows of itself, :mod:`.live` what one
watches and steers, :mod:`.teaching` what ``%%nengo_train`` does, :mod:`.comparing` what backends
differ in, and :mod:`.panel` JupyterLab's side panel. :mod:`.api` holds what a script can call as
well, and :mod:`.extension` what ``%load_ext`` adds.

How a plot reaches the page: its HTML holds a PNG and, in an inert
``<script type="application/...">``, the figure as JSON. One widget per kernel
(:mod:`.page.loader`), which is never displayed, brings BokehJS to the page from the kernel's own
Bokeh and draws every such figure. So nothing is fetched from elsewhere, notebooks do not carry
BokehJS, no widget can be missing when a notebook is opened again, and wherever no script runs
(untrusted notebooks, nbconvert, other viewers) the PNG is what one sees.
"""
