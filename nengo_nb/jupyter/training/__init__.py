"""Training in a notebook, with a live display of loss and metrics.

:mod:`.train_cell` reads a ``%%nengo_train`` cell, :mod:`.keras_names` the names of Keras objects on
its line; :mod:`.runner` compiles and fits, with :mod:`.callback` as Keras callback, which keeps the
history in :mod:`.history` and shows it on the displays of :mod:`.displays`.
"""
