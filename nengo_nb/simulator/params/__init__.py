"""Parameters: their names, their files, and their way back into Nengo networks."""
