/** Version of all messages. */

// Written by write_protocol.py: change it in Python.

export const VERSION = 12;
