"""Cards as outputs of cells: :mod:`.dispatch` finds the one for an object.

:mod:`.network` has the card of a network, :mod:`.simulator` those of simulators and plans.
"""
