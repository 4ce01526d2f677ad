"""Messages between kernel and browser.

Every message is a keyword-only dataclass here and a JSON object on the comm, whose ``type`` is the
name of the class; so are the values within it. :mod:`.codec` converts between both. Messages of a
page are checked when they are read, as the page may have been made by another version of this
package.

- :mod:`.live`: live views
- :mod:`.runs`: their kept runs
- :mod:`.run_health`: findings about what runs in them
- :mod:`.analysis`: settings of their analyses
- :mod:`.diagram`: details and activity of a diagram's boxes
- :mod:`.panel`: JupyterLab's side panel
- :mod:`.html`: HTML of a node in a live view
- :mod:`.loader`: BokehJS from the kernel
- :mod:`.plot_settings`: how a live plot looks
- :mod:`.preferences`: settings of the viewer
- :mod:`.steering`: inputs that a live view sets
- :mod:`.sweep`: runs of a live view for a range of values of an input

``labextension/src/protocol`` has the same in TypeScript; ``labextension/write_protocol.py`` writes
it, and a test compares both. In either language ``ToBrowser`` and ``ToKernel`` are the unions of
what a comm may carry.
"""

VERSION = 12
"""Version of all messages; raise it with every change, so that old pages reload."""
