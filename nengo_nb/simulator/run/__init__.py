"""Running: planning, chunks of steps, and the state of a simulation between them."""
