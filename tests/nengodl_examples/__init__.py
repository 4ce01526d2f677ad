"""The subjects of NengoDL's public examples, as scripts of our own in the way its users write them.

Every example is a module with a function ``run`` whose arguments are sizes, those of a real run by
default, and which returns figures. ``python -m tests.nengodl_examples [NAME ...]`` runs them by
hand and prints accuracy or loss, the time of the first epoch, the whole time and the peak memory.
"""
