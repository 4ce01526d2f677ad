/** Kinds of boxes in diagrams. */

// Written by write_tables.py: change it in Python.

export const BOX_KINDS = [
  "network",
  "array",
  "ensemble",
  "node",
  "passthrough",
  "rule",
  "mixed",
] as const;

export type BoxKind = (typeof BOX_KINDS)[number];
