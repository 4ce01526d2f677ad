"""Teaching: a network is trained, and one watches how it goes.

:mod:`.lesson` reads what ``%%nengo_train`` says, with the words of :mod:`.spelling`; :mod:`.school`
trains, with :mod:`.training` as Keras' callback, which keeps :mod:`.curves` and shows them on
:mod:`.screens`.
"""

import nengo_nb.quiet  # noqa: F401 - before anything here imports Keras
