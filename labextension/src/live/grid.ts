/** Grid behind lines that are drawn by hand, as Bokeh has it. */

import { inks } from "../loader/paint";
import { across, down, ink, rule, type Sheet } from "./rasterizer";
import { findTicks } from "./ticks";

export function drawGrid(sheet: Sheet): void {
  const faint = ink(inks().faint);
  for (const mark of findTicks(sheet.x.start, sheet.x.end))
    rule(sheet, across(sheet, mark), false, faint);
  for (const mark of findTicks(sheet.y.start, sheet.y.end))
    rule(sheet, down(sheet, mark), true, faint);
}
