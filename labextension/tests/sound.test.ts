// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { looksRows } from "../src/live/looks_menu";
import { parseSound, SpikeSound } from "../src/live/sound";
import type { PlotInfo } from "../src/protocol/live";
import type { Clicks } from "../src/protocol/sound";
import { send, sent } from "./frames";

/** An audio context that notes what is scheduled. */
class FakeContext {
  state = "running";
  currentTime = 10;
  sampleRate = 8000;
  destination = {};
  starts: number[] = [];
  gains: { gain: { value: number } }[] = [];
  resumed = 0;
  closed = 0;

  createGain(): object {
    const node = { gain: { value: 1 }, connect: () => undefined };
    this.gains.push(node);
    return node;
  }

  createBuffer(_channels: number, count: number): object {
    const samples = new Float32Array(count);
    return { getChannelData: () => samples };
  }

  createBufferSource(): object {
    return { buffer: null, connect: () => undefined, start: (at: number) => this.starts.push(at) };
  }

  resume(): Promise<void> {
    this.resumed++;
    return Promise.reject(new Error("nobody has pressed anything"));
  }

  close(): Promise<void> {
    this.closed++;
    return Promise.resolve();
  }
}

let context: FakeContext;
let now = 0;

function sound(): SpikeSound {
  return new SpikeSound(() => context as unknown as AudioContext);
}

function clicks(times: number[], values: Partial<Clicks> = {}): Clicks {
  return { type: "Clicks", plot: "plot-0", begin: 1, end: 1.1, times, ...values };
}

beforeEach(() => {
  context = new FakeContext();
  now = 1000;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  sent.length = 0;
});

afterEach(() => {
  vi.restoreAllMocks();
});

test("each spike has a click, spread over the time since the last frame", () => {
  const heard = sound();
  heard.play(clicks([]));
  now += 200;

  heard.play(clicks([1.025, 1.05, 1.1]));

  expect(context.starts.map((at) => Number(at.toFixed(6)))).toEqual([10.07, 10.12, 10.22]);
});

test("clicks are quiet", () => {
  sound().play(clicks([1.05]));

  expect(context.gains).toHaveLength(1);
  expect(context.gains[0]?.gain.value).toBeLessThanOrEqual(0.1);
});

test("there are no more than a hundred clicks a second", () => {
  const heard = sound();
  heard.play(clicks([]));
  now += 100;

  heard.play(clicks(Array.from({ length: 100 }, (_, i) => 1 + 0.001 * (i + 1))));

  expect(context.starts.length).toBeGreaterThan(5);
  expect(context.starts.length).toBeLessThanOrEqual(10);
});

test("plots do not take each other's clicks away", () => {
  const heard = sound();

  heard.play(clicks([1.05]));
  heard.play(clicks([1.05], { plot: "plot-1" }));

  expect(context.starts).toHaveLength(2);
});

test("a hidden page is silent", () => {
  vi.spyOn(document, "hidden", "get").mockReturnValue(true);

  sound().play(clicks([1.05]));

  expect(context.starts).toEqual([]);
});

test("a page that may not sound yet is silent, asks for it, and nothing piles up", () => {
  context.state = "suspended";
  const heard = sound();

  heard.play(clicks([1.05]));
  expect(context.resumed).toBe(1);
  context.state = "running";
  expect(context.starts).toEqual([]);

  now += 100;
  heard.play(clicks([1.05]));
  expect(context.starts).toHaveLength(1);
});

test("without a device for sound nothing happens", () => {
  const heard = new SpikeSound(() => {
    throw new Error("no device");
  });

  heard.wake();
  heard.play(clicks([1.05]));
  heard.close();
});

test("the end of a view is silent", () => {
  const heard = sound();
  heard.wake();

  heard.close();

  expect(context.closed).toBe(1);
});

test("off, all and the index of a neuron are understood", () => {
  expect(["", " Off", "all", " 12 ", "-1", "1.5", "loud"].map(parseSound)).toEqual([
    "off",
    "off",
    "all",
    "12",
    null,
    null,
    null,
  ]);
});

test("a raster's menu asks for sound, and others do not", () => {
  const settings = { type: "PlotSettings", over: "", limits: [], has_limits: false, hidden: [] };
  const info = { id: "plot-0", kind: "raster", settings: { ...settings, sound: "3" } };
  const made: [string, (text: string) => boolean][] = [];
  const entry = (value: string, _hint: string, accept: (text: string) => boolean) => {
    made.push([value, accept]);
    return document.createElement("input");
  };

  const rows = looksRows(info as unknown as PlotInfo, send, entry, []);
  const others = looksRows({ ...info, kind: "image" } as unknown as PlotInfo, send, entry, []);

  expect(rows.map(([label]) => label)).toEqual(["Sound of neuron"]);
  expect(others).toEqual([]);
  expect(made[0]?.[0]).toBe("3");
  expect(made[0]?.[1]("all")).toBe(true);
  expect(made[0]?.[1]("loud")).toBe(false);
  expect(sent).toEqual([{ type: "ChangeSound", plot: "plot-0", sound: "all" }]);
});
