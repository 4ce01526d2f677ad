/** Orders of the neurons of a plot. */

// Written by write_tables.py: change it in Python.

export const ROW_ORDERS = {
  index: {
    label: "by index",
  },
  direction: {
    label: "by preferred direction",
  },
  rate: {
    label: "by firing rate",
  },
  activity: {
    label: "by common activity",
  },
} as const;

export type RowOrder = keyof typeof ROW_ORDERS;
