"""Cards: networks, objects, simulators and plans as outputs of cells."""
