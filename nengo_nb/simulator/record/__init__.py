"""Recording: samples of probes in growing arrays, and ``sim.data``."""
