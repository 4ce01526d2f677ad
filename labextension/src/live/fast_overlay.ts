/**
 * Overlay: what covers a moving figure, as Bokeh would take too long to draw it thirty times a
 * second.
 *
 * Bokeh has drawn the axis of values, and draws everything again as soon as it rests or somebody
 * points at it.
 */

import type { Place } from "../loader/bokeh";
import { DRAWERS, readFigureKind, type Columns, type Sketch } from "./drawers";
import { element } from "../dom/element";
import type { PlotInfo } from "../protocol/live";
import { across, type Sheet } from "./rasterizer";
import { findTicks, tickTexts } from "./ticks";
import { isDark } from "../dom/theme";
import { inks } from "../loader/paint";

const FONT = "11px helvetica";
/**
 * Room for half a number on both sides of the axis of time, which lies under the numbers at the
 * axis of values.
 */
const ASIDE = 40;
const BESIDE = 9;

interface Span {
  start: number;
  end: number;
}

export class FastOverlay {
  readonly element = element("div", {
    class: "nnb-overlay",
    attributes: { "aria-hidden": "true", hidden: "" },
  });
  private readonly plane = element("canvas");
  private readonly axis = element("canvas");
  private image: ImageData | null = null;

  constructor(public info: PlotInfo) {
    this.element.append(this.plane, this.axis);
  }

  /** Whether plots of its kind are drawn here. */
  static fits(info: PlotInfo): boolean {
    return sketchOf(info) !== undefined;
  }

  hide(): void {
    this.element.hidden = true;
  }

  draw(found: Columns, place: Place, height: number, x: Span, y: Span): void {
    const scale = devicePixelRatio;
    const { left, right, top, bottom } = place;
    fit(this.plane, left, top, right - left, bottom - top, scale);
    fit(this.axis, left - ASIDE, bottom, right - left + ASIDE + 12, height - bottom, scale);
    const context = this.plane.getContext("2d");
    if (!context || this.plane.width === 0 || this.plane.height === 0) return;
    if (this.image?.width !== this.plane.width || this.image.height !== this.plane.height) {
      this.image = context.createImageData(this.plane.width, this.plane.height);
    }
    const { width, height: rows, data } = this.image;
    const sheet = { pixels: new Uint32Array(data.buffer), width, height: rows, x, y };
    sheet.pixels.fill(0);
    sketchOf(this.info)?.paint(sheet, found, this.info, scale);
    context.putImageData(this.image, 0, 0);
    this.label(sheet, findTicks(x.start, x.end), scale);
    this.element.hidden = false;
  }

  /** The axis of time; plots below each other have the same one, which is drawn once. */
  private label(sheet: Sheet, marks: number[], scale: number): void {
    const context = this.axis.getContext("2d");
    if (!context) return;
    context.clearRect(0, 0, this.axis.width, this.axis.height);
    const { width, height } = this.axis;
    const key = [sheet.x.start, sheet.x.end, width, height, scale, isDark()].join(" ");
    if (drawn?.key === key) {
      context.drawImage(drawn.axis, 0, 0);
      return;
    }
    drawn = { key, axis: this.axis };
    write(context, sheet, marks, scale);
  }
}

function sketchOf(info: PlotInfo): Sketch | undefined {
  return DRAWERS[readFigureKind(info.kind)].sketch;
}

/** The axis that was drawn last. */
let drawn: { key: string; axis: HTMLCanvasElement } | null = null;

function write(
  context: CanvasRenderingContext2D,
  sheet: Sheet,
  marks: number[],
  scale: number,
): void {
  const colors = inks();
  const { width, height } = context.canvas;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.fillStyle = backOf(context.canvas);
  context.fillRect(ASIDE, 0, width, height);
  context.fillRect(0, BESIDE, ASIDE, height); // numbers at the axis of values stay
  context.fillStyle = colors.line;
  context.fillRect(ASIDE, 0, sheet.width / scale, 1);
  if (context.font !== FONT) {
    // Not for every frame: it makes the browser look at the styles of the page.
    context.font = FONT;
    context.direction = "ltr";
    context.textAlign = "center";
    context.textBaseline = "top";
  }
  const texts = tickTexts(marks);
  marks.forEach((mark, i) => {
    const at = ASIDE + across(sheet, mark) / scale;
    context.fillStyle = colors.line;
    context.fillRect(Math.round(at), 0, 1, 6);
    context.fillStyle = colors.ink;
    context.fillText(texts[i] ?? "", at, 12);
  });
  context.resetTransform();
}

/** The colour of the page behind a canvas. */
function backOf(canvas: HTMLCanvasElement): string {
  const theme = `${isDark()} ${document.body.dataset.jpThemeName ?? ""}`;
  if (back.theme !== theme) back = { theme, color: getComputedStyle(canvas).color };
  return back.color;
}

let back = { theme: "", color: "" };

/** Lay a canvas over a part of the figure, with as many pixels as the screen has there. */
function fit(
  canvas: HTMLCanvasElement,
  left: number,
  top: number,
  width: number,
  height: number,
  scale: number,
): void {
  const box = `${left} ${top} ${width} ${height} ${scale}`;
  if (canvas.dataset.box === box) return;
  canvas.dataset.box = box;
  canvas.width = Math.max(Math.round(width * scale), 0);
  canvas.height = Math.max(Math.round(height * scale), 0);
  Object.assign(canvas.style, {
    left: `${left}px`,
    top: `${top}px`,
    width: `${width}px`,
    height: `${height}px`,
  });
}
