"""Layout of a diagram; ``labextension/src/diagram/layout`` has the same files."""
