// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { Axis } from "../src/live/axis";
import { DRAWERS, readPlotKind } from "../src/live/drawers";
import type { Part } from "../src/protocol/live";
import { parse, parseIndices, short, writeIndices } from "../src/live/numbers";
import { fileName } from "../src/live/save";
import { Sliders } from "../src/live/sliders";
import { enter, first, frame, send, sent } from "./frames";

beforeEach(() => {
  sent.length = 0;
  document.body.replaceChildren();
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
});

const ROOM = { width: 300, height: 180 };

function part(rows: number, columns: number, offset = 0): Part {
  return { type: "Part", plot: "p", offset, rows, columns, low: 0, high: 4, note: "", runs: [] };
}

test("lines are rows of the buffer, and their times count from the window's begin", () => {
  const numbers = Float32Array.of(9, 0, 0.5, 1, 2, 3, 4);

  const { data } = DRAWERS.lines.columns(
    part(3, 2, 1),
    numbers,
    frame({ begin: 10 }),
    ["0", "1"],
    ROOM,
  );

  expect(data).toEqual({
    t: Float64Array.of(10, 10.5),
    0: Float32Array.of(1, 2),
    1: Float32Array.of(3, 4),
  });
});

test("spikes become ink in their neuron's row", () => {
  const numbers = new Float32Array(Uint32Array.of(0b10, 0, 0, 0b01).buffer);

  const bits = { ...part(4, 1), high: 1 };
  const { image } = DRAWERS.raster.columns(bits, numbers, frame(), ["0", "1"], ROOM);

  expect(image?.shape).toEqual([2, 4]);
  expect([...(image?.values ?? [])].map((value) => value > 0)).toEqual([
    false, false, false, true, true, false, false, false,
  ]); // prettier-ignore
});

test("the first row of an image is at the top, where Bokeh has the last", () => {
  const { image } = DRAWERS.image.columns(
    part(2, 2),
    Float32Array.of(1, 2, 3, 4),
    frame(),
    [],
    ROOM,
  );

  expect([...(image?.values ?? [])]).toEqual([3, 4, 1, 2]);
});

test("a plot without data yet is drawn empty", () => {
  for (const drawer of Object.values(DRAWERS)) {
    expect(() =>
      drawer.columns(part(0, 0), new Float32Array(), frame(), ["0"], ROOM),
    ).not.toThrow();
  }
});

test("a kind that this page does not know is an error that names it", () => {
  expect(() => readPlotKind("pie")).toThrow("pie");
  expect(() => readPlotKind("constructor")).toThrow();
});

test("an axis grows with what it is to hold, and never shrinks", () => {
  const axis = new Axis();
  axis.include(-1, 1);

  const { start: low, end: high } = axis.include(0, 0.1);

  expect(low).toBeCloseTo(-1.1);
  expect(high).toBeCloseTo(1.1);
});

test("an axis stays where it is as long as what is new fits, and is not left wide by a constant", () => {
  const axis = new Axis();
  axis.include(-1, 1);
  const before = axis.include(-1, 1.05);
  const after = axis.include(-1, 1.2);

  const narrow = new Axis();
  narrow.include(0, 0);

  expect(before).toEqual({ start: -1.1, end: 1.1 });
  expect(after.end).toBeCloseTo(1.31);
  expect(narrow.include(0, 0.01).end).toBeCloseTo(0.0105);
});

test("an axis for a constant still has a length", () => {
  const { start: low, end: high } = new Axis().include(2, 2);

  expect(high - low).toBe(1);
});

test.each([
  ["0.5", 0.5],
  [" -1,25 ", -1.25],
  ["", null],
  ["much", null],
  ["NaN", null],
  ["Infinity", null],
])("typing %j means %j", (text, value) => {
  expect(parse(text)).toBe(value);
});

test.each([
  ["0-2, 7", [0, 1, 2, 7]],
  ["3", [3]],
  ["2-1", null],
  ["", null],
  ["a", null],
])("the indices %j are %j", (text, indices) => {
  expect(parseIndices(text)).toEqual(indices);
});

test("indices are written as they are read", () => {
  expect(writeIndices([0, 1, 2, 7])).toBe("0-2, 7");
  expect(parseIndices(writeIndices([5, 4, 3]))).toEqual([5, 4, 3]);
});

test("numbers are short and files have names that can be files", () => {
  expect(short(0.30000000000000004)).toBe("0.3");
  expect(fileName("a → b: <weights>.png")).toBe("a_b_weights_.png");
});

test("sliders follow their node until they are grabbed", () => {
  const sliders = new Sliders(
    { type: "SliderInfo", name: "wave", size: 2, low: -1, high: 1 },
    send,
  );
  document.body.append(sliders.element);
  const slider = first(HTMLInputElement, sliders.element, "input[type=range]");

  sliders.update([0.25, -0.5], []);
  expect(slider.valueAsNumber).toBe(0.25);
  enter(slider, "0.75", "input");

  expect(sent).toEqual([{ type: "Grab", name: "wave", values: [0.75, null] }]);
});

test("the slider of one dimension is grabbed, and those of others follow their node still", () => {
  const sliders = new Sliders(
    { type: "SliderInfo", name: "wave", size: 2, low: -1, high: 1 },
    send,
  );
  document.body.append(sliders.element);
  const [grabbed, free] = sliders.element.querySelectorAll<HTMLInputElement>("input[type=range]");
  grabbed?.focus();
  if (grabbed) enter(grabbed, "0.75", "input");

  sliders.update([0.25, -0.5], []); // a frame that was made before the kernel knew of it
  sliders.update([0.75, -0.25], [0]);

  expect([grabbed?.valueAsNumber, free?.valueAsNumber]).toEqual([0.75, -0.25]);
  const rows = [...sliders.element.querySelectorAll(".nnb-slider")];
  expect(rows.map((row) => row.classList.contains("nnb-taken"))).toEqual([true, false]);
});

test("a node that is released takes its sliders with it again", () => {
  const sliders = new Sliders(
    { type: "SliderInfo", name: "wave", size: 1, low: -1, high: 1 },
    send,
  );
  document.body.append(sliders.element);
  const slider = first(HTMLInputElement, sliders.element, "input[type=range]");
  slider.focus();
  enter(slider, "0.75", "input");
  sliders.update([0.75], [0]);

  first(HTMLButtonElement, sliders.element, "button[title^='Let wave']").click();
  sliders.update([0.25], []);

  expect(sent.at(-1)).toEqual({ type: "Release", name: "wave" });
  expect(slider.valueAsNumber).toBe(0.25);
});

test("what is typed beside a slider may lie outside of its range, but must be a number", () => {
  const sliders = new Sliders(
    { type: "SliderInfo", name: "wave", size: 1, low: -1, high: 1 },
    send,
  );
  const entry = first(HTMLInputElement, sliders.element, ".nnb-slider input[type=text]");

  for (const text of ["many", "3"]) enter(entry, text);

  expect(sent).toEqual([{ type: "Grab", name: "wave", values: [3] }]);
});

test("a typed value beyond the range moves its slider there, and leaves the range as it was", () => {
  const sliders = new Sliders(
    { type: "SliderInfo", name: "wave", size: 1, low: -1, high: 1 },
    send,
  );
  const slider = first(HTMLInputElement, sliders.element, "input[type=range]");
  enter(first(HTMLInputElement, sliders.element, ".nnb-slider input[type=text]"), "3");
  sliders.update([3], [0]);
  const wide = slider.max;

  sliders.update([0.5], [0]);

  expect([wide, slider.max, slider.valueAsNumber]).toEqual(["3", "1", 0.5]);
});

test("a range is widened by what the node itself puts out", () => {
  const sliders = new Sliders(
    { type: "SliderInfo", name: "wave", size: 1, low: -1, high: 1 },
    send,
  );
  const slider = first(HTMLInputElement, sliders.element, "input[type=range]");

  for (const value of [0, -5, 2, 0]) sliders.update([value], []);

  expect([slider.min, slider.max]).toEqual(["-5", "2"]);
});

test("a range that is set holds once the kernel has agreed, and an empty one is marked", () => {
  const info = { type: "SliderInfo", name: "wave", size: 1, low: -1, high: 1 } as const;
  const sliders = new Sliders(info, send);
  const slider = first(HTMLInputElement, sliders.element, "input[type=range]");
  const high = first(
    HTMLInputElement,
    sliders.element,
    "input[aria-label='Value at the right end']",
  );
  enter(high, "-2");
  const marked = high.classList.contains("nnb-wrong");

  enter(high, "4");
  sliders.show({ ...info, high: 4 });

  expect(marked).toBe(true);
  expect(sent).toEqual([{ type: "ChangeSliders", name: "wave", low: -1, high: 4 }]);
  expect(slider.max).toBe("4");
});
