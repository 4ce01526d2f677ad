"""Methods of other simulators, for their scripts."""
