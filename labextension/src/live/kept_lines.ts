/** Lines of kept runs: dashed and pale, under those of the present run. */

import type { Frame, Part } from "../protocol/live";
import type { RunPart } from "../protocol/runs";
import { ink, line, type Sheet } from "./rasterizer";

/** A line of a kept run. */
export interface KeptLine {
  xs: ArrayLike<number>;
  ys: ArrayLike<number>;
  color: string;
  /** Lengths of dashes and gaps in turn, as Bokeh and SVG read them. */
  dash: string;
  run: string;
}

/** The dashes of a run by its place, that of the kernel's `MOST_SHOWN`. */
const DASHES = ["7 4", "2 3", "12 4 2 4", "4 8"] as const;

/** Opacity of its lines. */
const PALE = 0.6;

export function dashOf(place: number): string {
  return DASHES[place % DASHES.length] ?? DASHES[0];
}

/** The name and the dashes of a run that is drawn. */
export function styleOf(part: RunPart, frame: Frame): { run: string; dash: string } {
  const info = frame.runs.find((run) => run.id === part.run);
  return { run: info?.name ?? "", dash: dashOf(info?.place ?? 0) };
}

/** Columns of the data source named "runs". */
export function columnsOf(lines: KeptLine[]): Record<string, unknown> {
  return {
    xs: lines.map((kept) => kept.xs),
    ys: lines.map((kept) => kept.ys),
    color: lines.map((kept) => kept.color),
    dash: lines.map((kept) => kept.dash),
    run: lines.map((kept) => kept.run),
  };
}

/** Whether there is anything to draw in a part, of the present run or of a kept one. */
export function isFilled(part: Part): boolean {
  return part.columns > 0 || part.runs.some((run) => run.columns > 0);
}

/** Draw them by hand, as wide as `width` pixels. */
export function paintKept(sheet: Sheet, lines: KeptLine[], width: number, scale: number): void {
  for (const { xs, ys, color, dash } of lines) {
    const dashes = dash.split(" ").map((length) => Number(length) * scale);
    line(sheet, xs, ys, ink(color, PALE), width, dashes);
  }
}

/** A short piece of its line, for lists and legends. */
export function dashSwatch(place: number): SVGSVGElement {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("viewBox", "0 0 26 4");
  drawing.setAttribute("class", "nnb-dash");
  drawing.setAttribute("aria-hidden", "true");
  const stroke = document.createElementNS("http://www.w3.org/2000/svg", "path");
  stroke.setAttribute("d", "M0 2H26");
  stroke.setAttribute("stroke-dasharray", dashOf(place));
  drawing.append(stroke);
  return drawing;
}
