"""Messages between kernel and browser; :mod:`.codec` turns dataclasses into JSON and back."""
