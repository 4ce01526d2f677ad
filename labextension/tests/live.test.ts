// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { Axis, columns } from "../src/live/columns";
import type { Frame, ToKernel, Part } from "../src/protocol/live";
import { parse, parseIndices, short, writeIndices } from "../src/live/numbers";
import { fileName } from "../src/live/save";
import { Sliders } from "../src/live/sliders";
import { Toolbar } from "../src/live/toolbar";
import { Timeline } from "../src/live/timeline";

const sent: ToKernel[] = [];
const send = (message: ToKernel): void => void sent.push(message);

beforeEach(() => {
  sent.length = 0;
  document.body.replaceChildren();
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
});

function frame(values: Partial<Frame> = {}): Frame {
  return {
    type: "Frame", number: 1, time: 3, n_steps: 3000, playing: false, compiling: false, speed: 1, ratio: 1, rate: 9000,
    ended: "", error: "", begin: 1, end: 3, follows: true, length: 2, moments: [0, 1], held: [], values: [], parts: [],
    ...values,
  }; // prettier-ignore
}

function part(rows: number, columns: number, offset = 0): Part {
  return { type: "Part", plot: "p", offset, rows, columns, low: 0, high: 4 };
}

test("lines are rows of the buffer, and their times count from the window's begin", () => {
  const numbers = Float32Array.of(9, 0, 0.5, 1, 2, 3, 4);

  const { data } = columns("lines", 2, part(3, 2, 1), numbers, frame({ begin: 10 }));

  expect(data).toEqual({
    t: Float64Array.of(10, 10.5),
    0: Float32Array.of(1, 2),
    1: Float32Array.of(3, 4),
  });
});

test("spikes become ink in their neuron's row", () => {
  const numbers = new Float32Array(Uint32Array.of(0b10, 0, 0, 0b01).buffer);

  const { image } = columns("raster", 2, part(4, 1), numbers, frame());

  expect(image?.shape).toEqual([2, 4]);
  expect([...(image?.values ?? [])].map((value) => value > 0)).toEqual([
    false, false, false, true, true, false, false, false,
  ]); // prettier-ignore
});

test("the first row of an image is at the top, where Bokeh has the last", () => {
  const { image } = columns("image", 4, part(2, 2), Float32Array.of(1, 2, 3, 4), frame());

  expect([...(image?.values ?? [])]).toEqual([3, 4, 1, 2]);
});

test("a plot without data yet is drawn empty", () => {
  for (const kind of ["lines", "raster", "xy", "image"]) {
    expect(() => columns(kind, 1, part(0, 0), new Float32Array(), frame())).not.toThrow();
  }
});

test("an axis grows with what it is to hold, and never shrinks", () => {
  const axis = new Axis();
  axis.include(-1, 1);

  const [low, high] = axis.include(0, 0.1);

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

  expect(before).toEqual([-1.1, 1.1]);
  expect(after[1]).toBeCloseTo(1.31);
  expect(narrow.include(0, 0.01)[1]).toBeCloseTo(0.0105);
});

test("an axis for a constant still has a length", () => {
  const [low, high] = new Axis().include(2, 2);

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
  const sliders = new Sliders({ type: "SliderInfo", name: "wave", size: 2, low: -1, high: 1 }, send);
  document.body.append(sliders.element);
  const [first] = sliders.element.querySelectorAll<HTMLInputElement>("input[type=range]");
  if (!first) throw new Error("there is no slider");

  sliders.update([0.25, -0.5], frame());
  expect(first.valueAsNumber).toBe(0.25);
  first.valueAsNumber = 0.75;
  first.dispatchEvent(new Event("input"));

  expect(sent).toEqual([{ type: "Grab", name: "wave", values: [0.75, -0.5] }]);
});

test("what is typed beside a slider may lie outside of its range, but must be a number", () => {
  const sliders = new Sliders({ type: "SliderInfo", name: "wave", size: 1, low: -1, high: 1 }, send);
  const entry = sliders.element.querySelector<HTMLInputElement>("input[type=text]");
  if (!entry) throw new Error("there is no entry");

  for (const text of ["many", "3"]) {
    entry.value = text;
    entry.dispatchEvent(new Event("change"));
  }

  expect(sent).toEqual([{ type: "Grab", name: "wave", values: [3] }]);
});

test("one button plays and pauses, and is off when the simulation has ended", () => {
  const toolbar = new Toolbar(send);
  toolbar.toggle();
  toolbar.update(frame({ playing: true }));
  toolbar.toggle();

  toolbar.update(frame({ ended: "its simulator was closed" }));

  expect(sent).toEqual([{ type: "Play" }, { type: "Pause" }]);
  expect(toolbar.element.querySelector<HTMLButtonElement>(".nnb-primary")?.disabled).toBe(true);
  expect(toolbar.element.textContent).toContain("its simulator was closed");
});

test("a window that ends now follows the simulation, any other one stays", () => {
  const timeline = new Timeline(send);
  timeline.update(frame());

  timeline.look(2.5, 3);
  timeline.look(0.5, 1.5);

  expect(sent).toEqual([
    { type: "Look", length: 0.5, end: null },
    { type: "Look", length: 1, end: 1.5 },
  ]);
});

test("to follow and how much is shown are asked for before the kernel has answered either", () => {
  const timeline = new Timeline(send);
  timeline.update(frame({ follows: false, end: 1.5, length: 0.3 }));

  timeline.follow();
  const length = timeline.element.querySelector("select");
  if (length) length.value = "5";
  length?.dispatchEvent(new Event("change"));

  expect(sent).toEqual([
    { type: "LookUntil", end: null },
    { type: "LookFor", length: 5 },
  ]);
});

test("going back is possible only from a time that was scrubbed to", () => {
  const timeline = new Timeline(send);
  const back = timeline.element.querySelector<HTMLButtonElement>("button[title^='Go back']");

  timeline.update(frame());
  expect(back?.disabled).toBe(true);
  timeline.update(frame({ follows: false, end: 1.5 }));
  back?.click();

  expect(sent).toEqual([{ type: "GoBack", time: 1.5 }]);
});
