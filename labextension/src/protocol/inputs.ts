/** Messages on what steers a live view's network. */

// Written by write_protocol.py: change it in Python.

/** Sliders of one node, one for each value it outputs, from `low` to `high`. */
export interface SliderInfo {
  type: "SliderInfo";
  name: string;
  size: number;
  low: number;
  high: number;
}

/** Input node that puts out semantic pointers; `title` is the name of its module. */
export interface PointerNodeInfo {
  type: "PointerNodeInfo";
  name: string;
  title: string;
}
