"""Jupyter: what a person sees and touches in a notebook. The only room that knows IPython and ipywidgets.

From a cell to a curve: :mod:`.magics` reads the line (:mod:`.options`), :mod:`.cell` runs the body inside a
network, :mod:`.session` keeps one simulator per name, :mod:`.progress` shows how far it is, :mod:`.probes` turns
what was recorded into traces, and :mod:`.display` shows them. :mod:`.api` holds what a script can call as well.

How a plot reaches the page: its HTML holds a PNG and, in an inert ``<script type="application/...">``, the figure
as JSON. One widget per kernel (:mod:`.loader`), which is never displayed, brings BokehJS to the page from the
kernel's own Bokeh and draws every such figure. So nothing is fetched from elsewhere, notebooks do not carry
BokehJS, no widget can be missing when a notebook is opened again, and wherever no script runs (untrusted
notebooks, nbconvert, other viewers) the PNG is what one sees.
"""
