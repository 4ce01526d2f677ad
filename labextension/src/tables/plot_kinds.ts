/** Kinds of live plots. */

// Written by write_tables.py: change it in Python.

export const PLOT_KINDS = {
  lines: {
    label: "lines",
    isTimed: true,
  },
  stacked: {
    label: "stacked lines",
    isTimed: true,
  },
  raster: {
    label: "raster",
    isTimed: true,
  },
  xy: {
    label: "phase",
    isTimed: false,
  },
  cloud: {
    label: "pointer cloud",
    isTimed: false,
  },
  image: {
    label: "image",
    isTimed: false,
  },
  pattern: {
    label: "firing pattern",
    isTimed: false,
  },
  html: {
    label: "HTML",
    isTimed: false,
  },
  rates: {
    label: "firing rates",
    isTimed: false,
  },
  population: {
    label: "population rate",
    isTimed: true,
  },
  intervals: {
    label: "inter-spike intervals",
    isTimed: false,
  },
  spectrum: {
    label: "power spectrum",
    isTimed: false,
  },
  correlation: {
    label: "correlation with input",
    isTimed: false,
  },
  aligned: {
    label: "average at markers (PSTH)",
    isTimed: false,
  },
} as const;

export type PlotKind = keyof typeof PLOT_KINDS;
