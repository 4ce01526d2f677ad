/** Lines of kept runs: dashed and pale, under those of the present run. */

import type { Frame, Part } from "../protocol/live";
import type { RunInfo, RunPart } from "../protocol/runs";
import { inks } from "../loader/paint";
import { readDashes, SOLID } from "./palette";
import { ink, line, type Sheet } from "./rasterizer";
import { opacityOf } from "./swept_runs";

/** A line of a kept run. */
export interface KeptLine {
  xs: ArrayLike<number>;
  ys: ArrayLike<number>;
  color: string;
  /** Lengths of dashes and gaps in turn, as Bokeh and SVG read them. */
  dash: string;
  alpha: number;
  run: string;
}

/** The dashes of a run by its place, that of the kernel's `MOST_SHOWN`. */
const DASHES = ["7 4", "2 3", "12 4 2 4", "4 8"] as const;

/** Opacity of its lines. */
const PALE = 0.6;

export function dashOf(place: number): string {
  return DASHES[place % DASHES.length] ?? DASHES[0];
}

/** The name and the look of a run that is drawn, given how many lines it has in the plot. */
export function styleOf(
  part: RunPart,
  frame: Frame,
  lines: number,
): { run: string; dash: string; alpha: number; color?: string } {
  const info = frame.runs.find((run) => run.id === part.run);
  const run = info?.name ?? "";
  const level = info?.level ?? null;
  if (level === null) return { run, dash: dashOf(info?.place ?? 0), alpha: PALE };
  const look = { run, dash: SOLID, alpha: opacityOf(level) };
  // Several lines of a run keep their colours, by which they are told apart.
  return lines > 1 ? look : { ...look, color: inks().ink };
}

/** Columns of the data source named "runs". */
export function columnsOf(lines: KeptLine[]): Record<string, unknown> {
  return {
    xs: lines.map((kept) => kept.xs),
    ys: lines.map((kept) => kept.ys),
    color: lines.map((kept) => kept.color),
    dash: lines.map((kept) => kept.dash),
    alpha: lines.map((kept) => kept.alpha),
    run: lines.map((kept) => kept.run),
  };
}

/** Whether there is anything to draw in a part, of the present run or of a kept one. */
export function isFilled(part: Part): boolean {
  return part.columns > 0 || part.runs.some((run) => run.columns > 0);
}

/** Draw them by hand, as wide as `width` pixels. */
export function paintKept(sheet: Sheet, lines: KeptLine[], width: number, scale: number): void {
  for (const { xs, ys, color, dash, alpha } of lines) {
    const dashes = readDashes(dash).map((length) => length * scale);
    line(sheet, xs, ys, ink(color, alpha), width, dashes);
  }
}

/** A short piece of its line, for lists and legends. */
export function dashSwatch({ place, level }: RunInfo): SVGSVGElement {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("viewBox", "0 0 26 4");
  drawing.setAttribute("class", "nnb-dash");
  drawing.setAttribute("aria-hidden", "true");
  const stroke = document.createElementNS("http://www.w3.org/2000/svg", "path");
  stroke.setAttribute("d", "M0 2H26");
  if (level === null) stroke.setAttribute("stroke-dasharray", dashOf(place ?? 0));
  else stroke.setAttribute("stroke-opacity", `${opacityOf(level)}`);
  drawing.append(stroke);
  return drawing;
}
