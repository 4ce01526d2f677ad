"""Live: a simulation that runs in the background while one watches and steers it.

From a chunk to the page: :mod:`.run` advances the simulator in a thread, with the values that
:mod:`.controls` holds; :mod:`.scene` is what is looked at; :mod:`.parts` takes from what was
recorded no more than a screen can show; :mod:`.pump` sends at most thirty frames a second, each one
message with one buffer, and waits where the browser does not acknowledge them. All data stay here:
a frame holds the whole window, so a lost one loses nothing. :mod:`.messages` is mirrored by
``labextension/src/live/messages.ts``. :mod:`.widget` joins both ends.
"""
