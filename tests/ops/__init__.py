"""Each rule against Nengo's own step of the operator."""
