// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { colorOf } from "../src/player/panels";
import { axisOf, boundsOf, inkOf, lastAt, readNumbers, readSpikes } from "../src/player/recording";
import { PlayerView } from "../src/player/view";
import type { RecordingData } from "../src/protocol/recording";
import { stubResizeObserver } from "./stand_ins";

/** Numbers as the kernel writes them. */
function packed(numbers: number[]): string {
  return btoa(String.fromCharCode(...new Uint8Array(Float32Array.from(numbers).buffer)));
}

function bytes(...numbers: number[]): string {
  return btoa(String.fromCharCode(...numbers));
}

const RECORDING: RecordingData = {
  type: "RecordingData",
  title: "<b>network</b>",
  begin: 1,
  end: 3,
  panels: [
    {
      type: "LinesPanel",
      title: "<img src=x>",
      note: "",
      labels: ["<i>a</i>", "b"],
      quantity: "value",
      points: 3,
      offset: 0,
      stacked: false,
      hidden: [1],
      limits: [],
    },
    {
      type: "SpikesPanel",
      title: "spikes",
      note: "those of 1 of 2 neurons",
      labels: ["0", "1"],
      dt: 0.001,
      trains: bytes(1, 5, 0),
      step: 1,
    },
  ],
  notes: ["Not in it: <u>rates</u>"],
  numbers: packed([0, 1, 2, 10, 20, 30, -1, -2, -3]),
};

let frames: FrameRequestCallback[] = [];

/** Draw what waits for a frame. */
function paint(now = 0): void {
  const due = frames;
  frames = [];
  for (const draw of due) draw(now);
}

beforeEach(() => {
  frames = [];
  vi.stubGlobal("requestAnimationFrame", (draw: FrameRequestCallback) => frames.push(draw));
  vi.spyOn(HTMLCanvasElement.prototype, "clientWidth", "get").mockReturnValue(400);
  vi.stubGlobal("matchMedia", () => new EventTarget());
  stubResizeObserver();
  vi.stubGlobal(
    "ImageData",
    class {
      data: Uint8ClampedArray;
      constructor(
        readonly width: number,
        readonly height: number,
      ) {
        this.data = new Uint8ClampedArray(4 * width * height);
      }
    },
  );
  const pen = new Proxy({}, { get: () => () => undefined, set: () => true });
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(pen as never);
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function player(): PlayerView {
  const view = new PlayerView(RECORDING, new AbortController().signal);
  document.body.replaceChildren(view.element);
  paint();
  return view;
}

function shown({ element: { dataset } }: PlayerView): number[] {
  return [dataset.time, dataset.begin, dataset.end].map(Number);
}

test("numbers are read as they were written", () => {
  expect([...readNumbers(packed([0, -1.5, 1e30]))]).toEqual([0, -1.5, Math.fround(1e30)]);
});

test("the last time before another one is found", () => {
  expect([0, 1, 1.5, 9].map((time) => lastAt([1, 1, 2], time))).toEqual([-1, 1, 1, 2]);
});

test("bounds pass over what is no finite number", () => {
  expect(boundsOf([[NaN, 3, Infinity], [-2]])).toEqual([-2, 3]);
  expect(boundsOf([])).toEqual([0, 1]);
});

test("an axis has air, and room where all is equal", () => {
  expect(axisOf(0, 10)).toEqual([-0.5, 10.5]);
  expect(axisOf(2, 2)).toEqual([1, 3]);
});

test("spikes of all rows come in order of time", () => {
  const { times, rows } = readSpikes(bytes(2, 1, 128, 1, 0, 1, 3), 0.5, 10);

  expect([...times]).toEqual([10.5, 11.5, 74.5]);
  expect([...rows]).toEqual([0, 2, 0]);
});

test("ink is where spikes are, the first neuron at the bottom", () => {
  const spikes = { times: Float64Array.of(0.1, 0.9), rows: Uint32Array.of(0, 1) };

  const ink = inkOf(spikes, 1, 2, [0, 1], 1000, 2);

  expect([...ink].flatMap((share, i) => (share > 0 ? [[i, share]] : []))).toEqual([
    [900, 1],
    [1100, 1],
  ]);
});

test("colours go from the first to the last one", () => {
  expect(colorOf(0, true)).toEqual([0, 0, 0]);
  expect(colorOf(2, true)).toEqual([255, 255, 255]);
  expect(colorOf(1, false)).toEqual([254, 232, 56]);
});

test("labels, titles and notes are text", () => {
  const { element } = player();

  expect(element.querySelectorAll("img, u, b b, i:not(button > i)")).toHaveLength(0);
  expect(element.textContent).toContain("<i>a</i>");
  expect(element.textContent).toContain("Not in it: <u>rates</u>");
});

test("the slider moves the cursor, and the legend tells the values there", () => {
  const view = player();
  const slider = view.element.querySelector("input") as HTMLInputElement;

  slider.value = "2.5";
  slider.dispatchEvent(new Event("input"));
  paint();

  expect(shown(view)).toEqual([2.5, 1, 3]);
  expect(view.element.querySelector("section button")?.textContent).toBe("<i>a</i> 20");
});

test("zooming keeps the cursor in its place, and all is shown again", () => {
  const view = player();
  view.seek(2);
  view.zoom(0.5);
  paint();
  expect(shown(view)).toEqual([2, 1.5, 2.5]);

  view.element.dispatchEvent(new KeyboardEvent("keydown", { key: "0" }));
  paint();

  expect(shown(view)).toEqual([2, 1, 3]);
});

test("a window never leaves the run, and follows the cursor", () => {
  const view = player();
  view.look(1, 1.5);
  view.seek(2.9);
  paint();

  expect(shown(view)).toEqual([2.9, 2.5, 3]);
});

test("a second takes a second, and the end is the end", () => {
  const view = player();
  vi.spyOn(performance, "now").mockReturnValue(5000);
  view.toggle();
  paint(5500);
  expect(shown(view)).toEqual([1.5, 1, 3]);
  expect(view.element.dataset.playing).toBe("true");

  paint(9000);

  expect(shown(view)).toEqual([3, 1, 3]);
  expect(view.element.dataset.playing).toBe("false");
  view.toggle();
  paint(5000);
  expect(shown(view)[0]).toBe(1);
});

test("a legend switches lines", () => {
  const view = player();
  const switches = [...view.element.querySelectorAll("section button")];

  expect(switches.map((each) => each.getAttribute("aria-pressed"))).toEqual(["true", "false"]);
  (switches[1] as HTMLElement).click();
  expect(switches[1]?.getAttribute("aria-pressed")).toBe("true");
});
