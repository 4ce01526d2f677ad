// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { Figure } from "../src/live/figure";
import type { Bokeh, BokehModel } from "../src/loader/bokeh";
import { bokehOf, lineModels, LINES, NOTHING } from "./fake_bokeh";
import { frame } from "./frames";

let models: Record<string, BokehModel>;
let bokeh: Bokeh;
const look = vi.fn();

beforeEach(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  look.mockClear();
  models = lineModels();
  bokeh = bokehOf(models);
});

const draw = (): Promise<Figure> => Figure.draw(bokeh, LINES, document.createElement("div"), look);

test("before the first step the axis of time is as long as the window", async () => {
  const figure = await draw();

  figure.update(
    NOTHING,
    new Float32Array(),
    frame({ time: 0, n_steps: 0, begin: 0, end: 0.001, length: 2 }),
  );

  expect(models.time).toMatchObject({ start: 0, end: 2 });
});

test("a frame shows its window, and is not taken for somebody who moves it", async () => {
  const figure = await draw();

  figure.update(NOTHING, new Float32Array(), frame({ begin: 1, end: 3 }));

  expect(models.time).toMatchObject({ start: 1, end: 3 });
  expect(look).not.toHaveBeenCalled();
});

test("somebody who pans moves the window of all plots", async () => {
  await draw();

  models.time?.setv({ start: 0.5, end: 1.5 });

  expect(look).toHaveBeenCalledWith(0.5, 1.5);
});

test("the axis of values holds what is drawn", async () => {
  const figure = await draw();
  const numbers = Float32Array.of(0, 0.5, 1, 7);

  figure.update({ ...NOTHING, rows: 2, columns: 2, low: 1, high: 7 }, numbers, frame({}));

  const { start, end } = models.values as unknown as { start: number; end: number };
  expect(start).toBeLessThanOrEqual(1);
  expect(end).toBeGreaterThanOrEqual(7);
  expect(models.data?.data).toMatchObject({ 0: Float32Array.of(1, 7) });
});

test("a figure that is removed is forgotten by BokehJS", async () => {
  const figure = await draw();

  figure.remove();

  expect(bokeh.documents).toEqual([]);
});
