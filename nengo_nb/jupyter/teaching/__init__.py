"""Training in a notebook, with a live display of loss and metrics.

:mod:`.lesson` reads a ``%%nengo_train`` cell, :mod:`.spelling` the names of Keras objects on its
line; :mod:`.school` compiles and fits, with :mod:`.training` as Keras callback, which keeps the
history in :mod:`.curves` and shows it on the displays of :mod:`.screens`.
"""

import nengo_nb.quiet  # noqa: F401 - before anything here imports Keras
