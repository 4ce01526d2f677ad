/** A figure of Bokeh in the colours of the page, light or dark. */

import type { BokehModel } from "./bokeh";
import { isDark } from "../dom/theme";

interface Painted extends BokehModel {
  type: string;
}

/** All that a drawing of Bokeh consists of. */
export function modelsOf(document: object): Iterable<Painted> {
  return (document as { _all_models?: Map<string, Painted> })._all_models?.values() ?? [];
}

/** The colours of letters, of grids, and of the lines of an axis. */
export function inks(): { ink: string; faint: string; line: string } {
  return isDark()
    ? { ink: "#d7dce2", faint: "#4a525c", line: "#8a94a0" }
    : { ink: "#33404d", faint: "#e4e8ec", line: "#8a94a0" };
}

/** Give axes, grids and strokes colours that can be seen on the page. */
export function paint(document: object): void {
  const { ink, faint, line } = inks();
  for (const model of modelsOf(document)) {
    if (model.type.endsWith("Axis")) {
      model.setv({
        axis_label_text_color: ink,
        major_label_text_color: ink,
        axis_line_color: line,
        major_tick_line_color: line,
        minor_tick_line_color: null,
        axis_label_text_font_style: "normal",
        axis_label_text_font_size: "11px",
      });
    } else if (model.type === "Grid") model.setv({ grid_line_color: faint });
    else if (model.type === "Figure") {
      model.setv({ background_fill_alpha: 0, border_fill_alpha: 0, outline_line_color: faint });
    } else if (model.type === "ColorBar")
      model.setv({ background_fill_alpha: 0, major_label_text_color: ink, title_text_color: ink });
    else if (model.type === "Title" || model.type === "Text") model.setv({ text_color: ink });
    else if (model.type === "Legend") {
      model.setv({ background_fill_alpha: 0, label_text_color: ink, title_text_color: ink });
    }
  }
}

/** The kernel's word for the colour of letters, in which lines are light on a dark page. */
export const INK = "#000000";

/** The inks of lines, and of the spikes of many neurons. */
const INKS: unknown[] = [INK, "#1f2d3d"];

/** Palettes of a document as they came. */
const palettes = new WeakMap<Painted, unknown[]>();
/** Glyphs whose lines came in ink. */
const inked = new WeakSet<BokehModel>();

/** Give lines and strokes that are drawn in ink one that can be seen on the page. */
export function paintInk(document: object): void {
  const { ink } = inks();
  for (const model of modelsOf(document)) {
    if (model.type === "LinearColorMapper") {
      const own = palettes.get(model) ?? (model.palette as unknown[]);
      palettes.set(model, own);
      if (own.some((color) => INKS.includes(color))) {
        model.setv({ palette: own.map((color) => (INKS.includes(color) ? ink : color)) });
      }
    } else if (model.type === "Line" || model.type === "Scatter") {
      const isInk = inked.has(model) || valueOf(model.line_color) === INK;
      if (!isInk) continue;
      inked.add(model);
      model.setv(
        model.type === "Line" ? { line_color: ink } : { line_color: ink, fill_color: ink },
      );
    }
  }
}

/** Value of a colour in Bokeh, which may be wrapped. */
export function valueOf(color: unknown): string {
  return ((color as { value?: string } | null)?.value ?? color) as string;
}
