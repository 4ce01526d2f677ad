"""``python -m nengo_nb migrate``: lists what has to change in a script written for NengoDL.

Scripts are read as text and never imported or run. This room imports nothing of the others but
the list of public names.
"""
