/** A figure of Bokeh in the colours of the page, light or dark. */

import type { BokehModel } from "../loader/bokeh";
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
      model.setv({ background_fill_alpha: 0, major_label_text_color: ink });
  }
}
