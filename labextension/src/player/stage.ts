/** A stage: the canvas of one plot, with its frame and the numbers of its axes. */

import { element } from "../dom/element";
import { findTicks, tickTexts } from "../live/ticks";
import { inksOf, type Inks } from "./theme";

export const HEIGHT = 200;
const [LEFT, RIGHT, TOP, BOTTOM] = [58, 12, 6, 34];
const FONT = "11px system-ui, sans-serif";

export interface Range {
  low: number;
  high: number;
}

/** State that is drawn: a window of time, the time of the cursor, and whether the page is dark. */
export interface Shown {
  begin: number;
  end: number;
  time: number;
  dark: boolean;
}

export class Stage {
  readonly canvas = element("canvas");
  readonly pen: CanvasRenderingContext2D;
  width = 400;
  inks: Inks = inksOf(false);
  private x: Range = { low: 0, high: 1 };
  private y: Range = { low: 0, high: 1 };

  /** @throws {Error} The browser draws no pictures. */
  constructor(label: string) {
    const pen = this.canvas.getContext("2d");
    if (!pen) throw new Error("this browser draws no pictures");
    this.pen = pen;
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", label);
  }

  get left(): number {
    return LEFT;
  }

  get right(): number {
    return this.width - RIGHT;
  }

  get top(): number {
    return TOP;
  }

  get bottom(): number {
    return HEIGHT - BOTTOM;
  }

  /** Begin a drawing: an empty canvas, as sharp as the screen; false where it is not seen. */
  clear(dark: boolean): boolean {
    if (this.canvas.clientWidth === 0) return false;
    const scale = window.devicePixelRatio || 1;
    this.width = Math.max(this.canvas.clientWidth, 160);
    const [width, height] = [Math.round(this.width * scale), Math.round(HEIGHT * scale)];
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    this.inks = inksOf(dark);
    const { pen } = this;
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, this.width, HEIGHT);
    pen.font = FONT;
    pen.lineJoin = "round";
    return true;
  }

  /** Set the ranges of both axes. */
  range(x: Range, y: Range): void {
    [this.x, this.y] = [x, y];
  }

  toX(value: number): number {
    return LEFT + ((value - this.x.low) / (this.x.high - this.x.low)) * (this.right - LEFT);
  }

  toY(value: number): number {
    return this.bottom - ((value - this.y.low) / (this.y.high - this.y.low)) * (this.bottom - TOP);
  }

  /** The value of the horizontal axis at a place of the canvas. */
  fromX(place: number): number {
    const share = (place - LEFT) / (this.right - LEFT);
    return this.x.low + share * (this.x.high - this.x.low);
  }

  /** Grid, frame, numbers and names of the axes; `rows` are names of whole numbers upwards. */
  axes(across: string, upwards: string, rows?: string[]): void {
    const { pen, inks, bottom, right } = this;
    pen.lineWidth = 1;
    pen.strokeStyle = inks.grid;
    pen.fillStyle = inks.ink;
    const ticks = findTicks(this.x.low, this.x.high, Math.max(this.width / 90, 2));
    pen.textAlign = "center";
    pen.textBaseline = "top";
    tickTexts(ticks).forEach((text, i) => {
      const x = this.toX(ticks[i] ?? 0);
      this.stroke(x, TOP, x, bottom);
      pen.fillText(text, x, bottom + 4);
    });
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    for (const [place, text] of this.upwards(rows)) {
      const y = this.toY(place);
      if (!rows) this.stroke(LEFT, y, right, y);
      pen.fillText(short(text, 8), LEFT - 5, y);
    }
    pen.fillStyle = inks.faint;
    pen.textAlign = "center";
    pen.textBaseline = "alphabetic";
    pen.fillText(across, (LEFT + right) / 2, HEIGHT - 4);
    pen.save();
    pen.translate(10, (TOP + bottom) / 2);
    pen.rotate(-Math.PI / 2);
    pen.fillText(short(upwards, 32), 0, 0);
    pen.restore();
  }

  private upwards(rows: string[] | undefined): [number, string][] {
    const ticks = findTicks(this.y.low, this.y.high, 4);
    const texts = tickTexts(ticks);
    if (!rows) return ticks.map((tick, i) => [tick, texts[i] ?? ""]);
    const whole = ticks.filter((tick) => Number.isInteger(Number(tick.toFixed(6))));
    return whole.map((tick) => [tick, rows[Math.round(tick)] ?? ""]);
  }

  private stroke(x1: number, y1: number, x2: number, y2: number): void {
    this.pen.beginPath();
    this.pen.moveTo(x1, y1);
    this.pen.lineTo(x2, y2);
    this.pen.stroke();
  }

  /** Draw only within the frame. */
  inside(draw: () => void): void {
    const { pen } = this;
    pen.save();
    pen.beginPath();
    pen.rect(LEFT, TOP, this.right - LEFT, this.bottom - TOP);
    pen.clip();
    draw();
    pen.restore();
  }

  /** A line through points; numbers that are none are gaps. */
  line(xs: ArrayLike<number>, ys: ArrayLike<number>, first: number, last: number): void {
    const { pen } = this;
    pen.beginPath();
    let isDown = false;
    for (let i = first; i <= last; i++) {
      const [x, y] = [xs[i] ?? NaN, ys[i] ?? NaN];
      if (!Number.isFinite(x + y)) isDown = false;
      else if (isDown) pen.lineTo(this.toX(x), this.toY(y));
      else {
        pen.moveTo(this.toX(x), this.toY(y));
        isDown = true;
      }
    }
    pen.stroke();
  }

  /** The cursor at a time. */
  cursor(time: number): void {
    if (time < this.x.low || time > this.x.high) return;
    this.pen.strokeStyle = this.inks.cursor;
    this.pen.lineWidth = 1.5;
    this.stroke(this.toX(time), TOP, this.toX(time), this.bottom);
  }
}

/** A text of at most so many letters. */
export function short(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
