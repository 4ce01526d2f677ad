/** Message with the HTML that a node shows in a live view. */

// Written by write_protocol.py: change it in Python.

/** Newest HTML of a plot, sent when it has changed; `error` says why there is none, if so. */
export interface Html {
  type: "Html";
  plot: string;
  text: string;
  error: string;
}
