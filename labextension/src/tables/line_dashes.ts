/** Dashes of lines, once all colours are taken: pixels of dash and gap. */

// Written by write_tables.py: change it in Python.

export const LINE_DASHES = {
  solid: {
    lengths: "",
  },
  dashed: {
    lengths: "6 6",
  },
  dotted: {
    lengths: "2 4",
  },
} as const;

export type LineDash = keyof typeof LINE_DASHES;
