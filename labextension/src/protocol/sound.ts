/** Messages on spikes that are heard. */

// Written by write_protocol.py: change it in Python.

/** Times of spikes to be heard, from `begin` to `end`, all in simulated seconds. */
export interface Clicks {
  type: "Clicks";
  plot: string;
  begin: number;
  end: number;
  times: number[];
}
