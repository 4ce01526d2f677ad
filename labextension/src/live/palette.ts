/**
 * Palettes: eight colours each that can be told apart, also by a colour-blind eye; the kernel's own
 * is the default.
 */

import { preferences } from "../dom/preferences";
import { INK, inks } from "../loader/paint";
import { LINE_COLORS } from "../tables/line_colors";
import { LINE_DASHES } from "../tables/line_dashes";

/**
 * Paul Tol's qualitative schemes (technical note SRON/EPS/TN/09-002), and Matthew Petroff's
 * (arXiv:2107.02270).
 */
const PALETTES: Record<string, readonly string[]> = {
  "tol-bright": ["#4477AA", "#EE6677", "#228833", "#CCBB44", "#66CCEE", "#AA3377", INK, "#BBBBBB"],
  "tol-vibrant": ["#EE7733", "#0077BB", "#009988", "#CC3311", "#33BBEE", "#EE3377", INK, "#BBBBBB"],
  petroff: ["#1845FB", "#FF5E02", "#C91F16", "#C849A9", "#ADAD7D", "#86C8DD", "#578DFF", "#656364"],
};

/** The colour of a line as it is shown on this page, given its index and the kernel's colour. */
export function lineColor(index: number, own: string): string {
  const palette = PALETTES[preferences().palette];
  const color = palette?.[index % palette.length] ?? own;
  return color === INK ? inks().ink : color;
}

/** Lengths of dashes and gaps in turn of a line by its index: the first of each colour is solid. */
export function lineDashes(index: number): number[] {
  const patterns = Object.values(LINE_DASHES);
  const place = Math.floor(index / LINE_COLORS.length) % patterns.length;
  return readDashes(patterns[place]?.lengths ?? "");
}

/** Lengths as Bokeh and SVG write them; none of a solid line. */
export function readDashes(lengths: string): number[] {
  return lengths === "" || lengths === SOLID ? [] : lengths.split(" ").map(Number);
}

/** Bokeh's word for a line without gaps. */
export const SOLID = "solid";
