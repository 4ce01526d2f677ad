/** Colours of lines, in their order. */

// Written by write_tables.py: change it in Python.

export const LINE_COLORS = [
  "#0072B2",
  "#E69F00",
  "#009E73",
  "#D55E00",
  "#CC79A7",
  "#56B4E9",
  "#000000",
  "#8833EE",
] as const;

export type LineColor = (typeof LINE_COLORS)[number];
