"""A box is as active as the most active of the objects that it stands for."""

import nengo
import numpy as np

from nengo_nb.diagram import activity_of, describe


def test_a_stack_shows_its_most_active_member_and_values_stay_between_zero_and_one():
    with nengo.Network() as network:
        array = nengo.networks.EnsembleArray(10, 4, label="array")
        loud, odd = nengo.Ensemble(10, 1, label="loud"), nengo.Ensemble(10, 1, label="odd")
    diagram = describe(network)
    places = {box.label: index for index, box in enumerate(diagram.boxes)}

    values = activity_of(
        diagram, {array.ea_ensembles[2]: 0.5, array.ea_ensembles[1]: 0.25, loud: 7, odd: np.nan}
    )

    assert values.dtype == np.float32
    assert len(values) == len(diagram.boxes)
    assert [values[places[name]] for name in ("array_0 … 3", "loud", "odd", "array")] == [
        0.5,
        1.0,
        0.0,
        0.0,
    ]
