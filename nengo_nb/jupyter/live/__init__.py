"""Live views: plots and sliders of a simulation that runs in the background.

From a chunk to the page: :mod:`.run` advances the simulator in a thread, with inputs overridden by
:mod:`.overrides`, and :mod:`.runs` has the run of each simulator; :mod:`.kept_runs` has what forks
and resets have ended, and :mod:`.layout_state` is the state of a view; :mod:`.render` reduces
recorded samples to what a screen can show; :mod:`.frame_scheduler` sends at most thirty frames a
second, each one message with one buffer, and waits where the browser does not acknowledge them. All
data stay here: a frame holds the whole window, so a lost one loses nothing. The messages are in
:mod:`nengo_nb.jupyter.protocol.live`, and :mod:`.widget` connects them.
"""
