// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Columns } from "../src/live/drawers";
import { FastOverlay } from "../src/live/fast_overlay";
import { ink } from "../src/live/rasterizer";
import { inks } from "../src/loader/paint";
import type { PlotInfo } from "../src/protocol/live";

const BLUE = "#0072b2";
const PLOT: PlotInfo = {
  type: "PlotInfo", id: "p", source: "decoded", title: "decoded", kind: "lines", kinds: ["lines"], labels: ["0"],
  dims: [0], colors: [BLUE], synapse: 0, order: "index", neurons: false, pointers: [], vocabulary: [], drivers: [], undriven: "",
  analysis: { type: "AnalysisInfo", reference: "", references: [], marker: 0, period: 1 }, state: "", settings: { type: "PlotSettings", over: "", limits: [], has_limits: true, has_synapse: true, has_order: false, hidden: [], sound: "" }, figure: {},
}; // prettier-ignore

/** A frame of 100 x 50 in a figure that is 80 high. */
const PLACE = { left: 50, right: 150, top: 10, bottom: 60 };
const HEIGHT = 80;
const VALUES = { start: -1, end: 1 };

interface Text {
  text: string;
  at: number;
  color: string;
}

/** A canvas's context as far as it is used: it keeps what is drawn on it. jsdom has none. */
class Context {
  fillStyle = "";
  font = "";
  readonly texts: Text[] = [];
  readonly copies: HTMLCanvasElement[] = [];
  readonly images: ImageData[] = [];
  put: ImageData | null = null;

  constructor(readonly canvas: HTMLCanvasElement) {}

  createImageData(width: number, height: number): ImageData {
    const image = { width, height, data: new Uint8ClampedArray(4 * width * height) } as ImageData;
    this.images.push(image);
    return image;
  }

  putImageData(image: ImageData): void {
    this.put = image;
  }

  drawImage(source: HTMLCanvasElement): void {
    this.copies.push(source);
  }

  fillText(text: string, at: number): void {
    this.texts.push({ text, at, color: this.fillStyle });
  }

  clearRect(): void {
    this.texts.length = 0;
  }

  fillRect = vi.fn();
  setTransform = vi.fn();
  resetTransform = vi.fn();
}

const contexts = new Map<HTMLCanvasElement, Context>();

beforeEach(() => {
  contexts.clear();
  document.body.replaceChildren();
  document.body.dataset.jpThemeLight = "true";
  vi.stubGlobal("devicePixelRatio", 1);
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockImplementation(function (
    this: HTMLCanvasElement,
  ) {
    const context = contexts.get(this) ?? new Context(this);
    contexts.set(this, context);
    return context as unknown as RenderingContext;
  } as never);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function overlay(values: Partial<PlotInfo> = {}): FastOverlay {
  const made = new FastOverlay({ ...PLOT, ...values });
  document.body.append(made.element);
  return made;
}

/** The canvas over the frame, and the one over the axis of time. */
function canvases(of: FastOverlay): [HTMLCanvasElement, HTMLCanvasElement] {
  const [plane, axis] = of.element.querySelectorAll("canvas");
  if (!plane || !axis) throw new Error("there are no canvases");
  return [plane, axis];
}

/** The contexts of both. */
function drawn(of: FastOverlay): [Context, Context] {
  const [plane, axis] = canvases(of).map((canvas) => contexts.get(canvas));
  if (!plane || !axis) throw new Error("nothing was drawn");
  return [plane, axis];
}

/** The pixel of a frame, from its left and top. */
function pixel(of: FastOverlay, column: number, row: number): number {
  const image = drawn(of)[0].put;
  if (!image) throw new Error("nothing was painted");
  return new Uint32Array(image.data.buffer)[row * image.width + column] ?? 0;
}

/** One line at the same value all the time. */
function level(value: number, x = { start: 0, end: 1 }): Columns {
  return { data: { t: Float64Array.of(x.start, x.end), 0: Float32Array.of(value, value) } };
}

// The axis of time is drawn once for all plots that have the same one, so each test has a time of
// its own.
let begin = 0;

function span(): { start: number; end: number } {
  begin += 10;
  return { start: begin, end: begin + 1 };
}

test.each([
  ["lines", { dims: [0, 1], colors: [BLUE, "#d55e00"] }, true],
  ["spikes", { kind: "raster", dims: [0, 1], colors: [] }, true],
  ["an image", { kind: "image" }, false],
  ["one value over another", { kind: "xy" }, false],
])("%s with %j: to be drawn here, and not by Bokeh, is %s", (_, values, expected) => {
  expect(FastOverlay.fits({ ...PLOT, ...values })).toBe(expected);
});

test("it is seen from the first drawing until it is hidden", () => {
  const sketch = overlay();
  const before = sketch.element.hidden;

  sketch.draw(level(0), PLACE, HEIGHT, span(), VALUES);
  const during = sketch.element.hidden;
  sketch.hide();

  expect([before, during, sketch.element.hidden]).toEqual([true, false, true]);
});

test("it lies over the frame and the axis below it, with as many pixels as the screen has", () => {
  vi.stubGlobal("devicePixelRatio", 2);
  const sketch = overlay();

  sketch.draw(level(0), PLACE, HEIGHT, span(), VALUES);

  const [plane, axis] = canvases(sketch);
  expect(plane.style).toMatchObject({ left: "50px", top: "10px", width: "100px", height: "50px" });
  expect([plane.width, plane.height]).toEqual([200, 100]);
  expect(axis.style).toMatchObject({ top: "60px", height: "20px" });
  expect(axis.height).toBe(40);
});

test("a line has its colour where its values are", () => {
  const sketch = overlay();
  const x = span();

  sketch.draw(level(0.5, x), PLACE, HEIGHT, x, { start: 0, end: 1 });

  expect(pixel(sketch, 30, 24)).not.toBe(pixel(sketch, 30, 12));
  expect(pixel(sketch, 30, 24) & 0xffffff).toBe(ink(BLUE) & 0xffffff);
  expect(pixel(sketch, 30, 12)).toBe(0);
});

test("the ninth line has the colour of the first, and is told from it by gaps", () => {
  const dims = Array.from({ length: 9 }, (_, i) => i);
  const sketch = overlay({ dims, colors: dims.map(() => BLUE) });
  const x = span();
  const values = dims.map((i) => Float32Array.of(0.05 + 0.1 * i, 0.05 + 0.1 * i));
  const data = { t: Float64Array.of(x.start, x.end), ...Object.fromEntries(values.entries()) };

  sketch.draw({ data }, PLACE, HEIGHT, x, { start: 0, end: 1 });

  // Twelve columns between two rules: once six pixels and a gap of six.
  const columns = Array.from({ length: 12 }, (_, i) => 23 + i);
  const inked = (row: number): number =>
    columns.filter((column) => (pixel(sketch, column, row) & 0xffffff) === (ink(BLUE) & 0xffffff))
      .length;
  expect([inked(27), inked(7)]).toEqual([12, 6]);
});

test("nothing is left of the frame before", () => {
  const sketch = overlay();
  const x = span();
  sketch.draw(level(0.5, x), PLACE, HEIGHT, x, VALUES);
  const before = pixel(sketch, 30, 12);

  sketch.draw(level(-0.5, x), PLACE, HEIGHT, x, VALUES);

  expect(before & 0xffffff).toBe(ink(BLUE) & 0xffffff);
  expect(pixel(sketch, 30, 12) & 0xffffff).not.toBe(ink(BLUE) & 0xffffff);
  expect(pixel(sketch, 30, 37) & 0xffffff).toBe(ink(BLUE) & 0xffffff);
});

test("rules stand at the ticks, under the line", () => {
  const sketch = overlay();
  const x = span();

  sketch.draw(level(0.9, x), PLACE, HEIGHT, x, { start: 0, end: 1 });

  // 0.4 of the way along either axis is a tick; the line crosses the first of these rules.
  const faint = ink(inks().faint);
  expect([pixel(sketch, 40, 25), pixel(sketch, 47, 30), pixel(sketch, 47, 25)]).toEqual([
    faint,
    faint,
    0,
  ]);
  expect(pixel(sketch, 40, 5)).not.toBe(faint);
});

test("spikes are rows of ink, the first neuron at the bottom", () => {
  const sketch = overlay({ kind: "raster", dims: [0, 1] });
  const spike = ink("#33404d");
  const values = Uint32Array.of(spike, 0, 0, spike);

  sketch.draw({ data: {}, image: { values, shape: [2, 2] } }, PLACE, HEIGHT, span(), VALUES);

  expect([pixel(sketch, 25, 40), pixel(sketch, 75, 40)]).toEqual([spike, 0]);
  expect([pixel(sketch, 25, 10), pixel(sketch, 75, 10)]).toEqual([0, spike]);
});

test("one image serves all frames, until the figure changes its size", () => {
  const sketch = overlay();
  const x = span();
  for (let i = 0; i < 3; i++) sketch.draw(level(0, x), PLACE, HEIGHT, x, VALUES);
  const same = drawn(sketch)[0].images.length;

  sketch.draw(level(0, x), { ...PLACE, right: 200 }, HEIGHT, x, VALUES);

  expect(same).toBe(1);
  expect(drawn(sketch)[0].put).toMatchObject({ width: 150, height: 50 });
});

test("a figure without room is left as it is", () => {
  const sketch = overlay();

  sketch.draw(level(0), { ...PLACE, right: PLACE.left }, HEIGHT, span(), VALUES);

  expect(sketch.element.hidden).toBe(true);
});

test("the axis of time has a number under each of its ticks", () => {
  const sketch = overlay();
  const { start, end } = span();

  sketch.draw(level(0), PLACE, HEIGHT, { start, end }, VALUES);

  const { texts } = drawn(sketch)[1];
  expect(
    texts.map(({ text }) => Number(text) - start).map((time) => Number(time.toFixed(3))),
  ).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  // The canvas begins left of the frame, so that half a number has room there.
  const left = parseFloat(canvases(sketch)[1].style.left);
  expect(texts.map(({ at }) => Math.round(left + at))).toEqual([50, 70, 90, 110, 130, 150]);
});

test("plots of the same time copy the axis of the first of them", () => {
  const [one, other] = [overlay(), overlay()];
  const x = span();

  one.draw(level(0, x), PLACE, HEIGHT, x, VALUES);
  other.draw(level(0, x), PLACE, HEIGHT, x, VALUES);

  expect(drawn(other)[1].copies).toEqual([canvases(one)[1]]);
  expect(drawn(other)[1].texts).toEqual([]);
});

test("a page that turns dark has the axis written anew, in light ink", () => {
  const sketch = overlay();
  const x = span();
  sketch.draw(level(0, x), PLACE, HEIGHT, x, VALUES);
  const before = drawn(sketch)[1].texts.map(({ color }) => color);

  document.body.dataset.jpThemeLight = "false";
  sketch.draw(level(0, x), PLACE, HEIGHT, x, VALUES);

  const after = drawn(sketch)[1].texts.map(({ color }) => color);
  expect(new Set(before)).toEqual(new Set(["#33404d"]));
  expect(new Set(after)).toEqual(new Set(["#d7dce2"]));
});
