/** Kinds of arrows in diagrams. */

// Written by write_tables.py: change it in Python.

export const ARROW_KINDS = {
  plain: {
    meaning: "",
    color: "#7b8794",
    darkColor: "#93a1b0",
    head: "triangle",
    dashes: "",
    weight: 2,
  },
  inhibitory: {
    meaning: "inhibitory: no weight above zero",
    color: "#d1495b",
    darkColor: "#f2788a",
    head: "bar",
    dashes: "",
    weight: 2,
  },
  learning: {
    meaning: "learning",
    color: "#8a5cc2",
    darkColor: "#b18ae0",
    head: "triangle",
    dashes: "",
    weight: 3,
  },
  teaching: {
    meaning: "what a learning rule learns from",
    color: "#8a5cc2",
    darkColor: "#b18ae0",
    head: "ring",
    dashes: "2 4",
    weight: 1,
  },
} as const;

export type ArrowKind = keyof typeof ARROW_KINDS;
