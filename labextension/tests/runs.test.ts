// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { Card } from "../src/live/card";
import { keptLines } from "../src/live/drawers";
import { Figure } from "../src/live/figure";
import { dashOf } from "../src/live/kept_lines";
import { ink, isInDash, line, type Sheet } from "../src/live/rasterizer";
import { RunList } from "../src/live/run_list";
import { Timeline } from "../src/live/timeline";
import type { Frame, Part } from "../src/protocol/live";
import type { RunInfo } from "../src/protocol/runs";
import { bokehOf, lineModels, LINES, NOTHING } from "./fake_bokeh";
import { enter, first, frame, send, sent } from "./frames";

const RUN: RunInfo = {
  type: "RunInfo",
  id: "1",
  name: "run 1",
  begin: 0.5,
  end: 3,
  place: 0,
  level: null,
};
const HIDDEN: RunInfo = {
  type: "RunInfo",
  id: "2",
  name: "run 2",
  begin: 0,
  end: 1,
  place: null,
  level: null,
};

/** Three numbers of the present run, times first, and four of a kept one. */
const NUMBERS = Float32Array.of(0, 0.5, 0, 1, 5, 7);
const PART: Part = {
  ...NOTHING,
  rows: 2,
  columns: 1,
  low: 0,
  high: 7,
  runs: [{ type: "RunPart", run: "1", offset: 2, rows: 2, columns: 2 }],
};

beforeEach(() => {
  sent.length = 0;
  document.body.replaceChildren();
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
});

function listOf(values: Partial<Frame>): RunList {
  const list = new RunList(send);
  document.body.append(list.button, list.element);
  list.update(frame(values));
  return list;
}

const names = (): string[] =>
  [...document.querySelectorAll<HTMLInputElement>(".nnb-runs input[type=text]")].map(
    ({ value }) => value,
  );
const name = (): HTMLInputElement =>
  first(HTMLInputElement, document, ".nnb-runs input[type=text]");
const check = (): HTMLInputElement =>
  first(HTMLInputElement, document, ".nnb-runs input[type=checkbox]");

test("the list's button is hidden while there is nothing to list, and says how many there are", () => {
  const list = listOf({});
  const before = list.button.hidden;

  list.update(frame({ runs: [RUN, HIDDEN] }));
  list.button.click();

  expect([before, list.button.hidden]).toEqual([true, false]);
  expect(list.button.textContent).toBe("2");
  expect(list.element.hidden).toBe(false);
  expect(names()).toEqual(["run 1", "run 2"]);
  expect(first(HTMLElement, document, ".nnb-span").textContent).toBe("0.5–3 s");
});

test("a list that is emptied closes", () => {
  const list = listOf({ runs: [RUN] });
  list.button.click();

  list.update(frame({ runs: [] }));
  list.update(frame({ runs: [HIDDEN] }));

  expect(list.element.hidden).toBe(true);
  expect(list.button.getAttribute("aria-expanded")).toBe("false");
});

test("runs are hidden, renamed and deleted by hand", () => {
  listOf({ runs: [RUN] });

  check().click();
  enter(name(), " with the gate ");
  first(HTMLButtonElement, document, "button[title='Delete run 1']").click();

  expect(sent).toEqual([
    { type: "ShowRun", run: "1", shown: false },
    { type: "NameRun", run: "1", name: "with the gate" },
    { type: "ForgetRun", run: "1" },
  ]);
});

test("an empty name is marked and not sent, and what was refused is taken back", () => {
  const list = listOf({ runs: [RUN] });

  enter(name(), "  ");
  const marked = name().classList.contains("nnb-wrong");
  list.forget();

  expect([marked, name().classList.contains("nnb-wrong")]).toEqual([true, false]);
  expect(name().value).toBe("run 1");
  expect(sent).toEqual([]);
});

test("a name that is being typed stays, and others follow the kernel", () => {
  const list = listOf({ runs: [RUN, HIDDEN] });
  name().focus();
  name().value = "wi";

  list.update(
    frame({
      runs: [
        { ...RUN, place: null },
        { ...HIDDEN, name: "second" },
      ],
    }),
  );

  expect(names()).toEqual(["wi", "second"]);
  expect(check().checked).toBe(false);
});

test("what was forgotten is said in the list", () => {
  listOf({ runs: [RUN], forgotten: "“run 0” was forgotten." });

  expect(first(HTMLElement, document, ".nnb-runs .nnb-note").textContent).toContain("run 0");
});

test("lines of a kept run have its times, name and dashes, and the colours of their signals", () => {
  const kept = keptLines("lines", PART, NUMBERS, frame({ begin: 2, runs: [RUN] }), LINES);

  expect(kept).toEqual([
    {
      xs: Float64Array.of(2, 3),
      ys: Float32Array.of(5, 7),
      color: "#0072b2",
      dash: dashOf(0),
      alpha: 0.6,
      run: "run 1",
    },
  ]);
});

test.each(["raster", "image", "cloud"] as const)("a %s shows the present run alone", (kind) => {
  expect(keptLines(kind, PART, NUMBERS, frame({ runs: [RUN] }), LINES)).toEqual([]);
});

test("a figure is given the lines of kept runs, and is emptied of them", async () => {
  const models = lineModels();
  const figure = await Figure.draw(
    bokehOf(models),
    LINES,
    document.createElement("div"),
    () => undefined,
  );

  figure.update({ ...PART, rows: 0, columns: 0 }, NUMBERS, frame({ runs: [RUN] }));
  const drawn = models.runs?.data;
  const { end } = models.values as unknown as { end: number };
  figure.update(NOTHING, NUMBERS, frame({}));

  expect(drawn).toMatchObject({ ys: [Float32Array.of(5, 7)], run: ["run 1"] });
  expect(end).toBeGreaterThanOrEqual(7);
  expect(models.runs?.data).toMatchObject({ ys: [], run: [] });
});

test("lines that are hidden while it plays are taken away once Bokeh draws again", async () => {
  const models = lineModels();
  const silent: (boolean | undefined)[] = [];
  if (models.runs)
    models.runs.setv = (_values, options?: { silent?: boolean }) =>
      void silent.push(options?.silent);
  const place = document.createElement("div");
  const figure = await Figure.draw(bokehOf(models), LINES, place, () => undefined);

  figure.update(PART, NUMBERS, frame({ runs: [RUN] }));
  figure.update(NOTHING, NUMBERS, frame({ playing: true }));
  figure.update(NOTHING, NUMBERS, frame({}));
  figure.update(NOTHING, NUMBERS, frame({}));

  expect(silent).toEqual([false, true, false]);
});

test("a card names the runs that it draws", () => {
  const card = new Card(LINES, {
    bokeh: bokehOf(lineModels()),
    send,
    look: () => undefined,
    hover: () => undefined,
    sources: () => [],
  });

  card.update(PART, NUMBERS, frame({ runs: [RUN, HIDDEN] }));

  expect(card.element.querySelector(".nnb-heading")?.textContent).toContain("run 1");
  expect(card.element.querySelector(".nnb-heading")?.textContent).not.toContain("run 2");
});

test("dashes are drawn with gaps, which move with what is drawn", () => {
  const drawn = (start: number): number[] => {
    const x = { start, end: start + 8 };
    const sheet: Sheet = {
      pixels: new Uint32Array(8),
      width: 8,
      height: 1,
      x,
      y: { start: 0, end: 1 },
    };
    line(sheet, [start, start + 8], [0.5, 0.5], ink("#ff0000"), 1, [3, 1]);
    return [...sheet.pixels].map((pixel) => (pixel ? 1 : 0));
  };

  expect(drawn(0)).toEqual([1, 1, 1, 0, 1, 1, 1, 0]);
  expect(drawn(1)).toEqual([1, 1, 0, 1, 1, 1, 0, 1]);
  expect([-1, 0, 3].map((place) => isInDash(place, [3, 1]))).toEqual([false, true, false]);
});

test("a pale line lets through what is below it", () => {
  const sheet: Sheet = {
    pixels: new Uint32Array(9),
    width: 1,
    height: 9,
    x: { start: 0, end: 1 },
    y: { start: 0, end: 1 },
  };
  sheet.pixels.fill(ink("#0000ff"));

  line(sheet, [0, 1], [0.5, 0.5], ink("#ff0000", 0.5), 5);

  const middle = sheet.pixels[4] ?? 0;
  expect(middle >>> 24).toBe(255);
  expect(middle & 255).toBeGreaterThan(100);
  expect((middle >>> 16) & 255).toBeGreaterThan(100);
});

test("the timeline reaches to the end of a run that is drawn, and marks the present", () => {
  const timeline = new Timeline(send);
  timeline.update(frame({ time: 1, end: 2.5, follows: false, latest: 4, moments: [0] }));
  const range = first(HTMLInputElement, timeline.element, "input[type=range]");
  const back = first(HTMLButtonElement, timeline.element, "button[title^='Go back']");

  enter(range, "3", "input");
  enter(range, "1.01", "input");

  expect(range.max).toBe("4");
  expect(first(HTMLElement, timeline.element, ".nnb-now").style.left).toBe("25%");
  expect(back.disabled).toBe(true);
  expect(sent).toEqual([
    { type: "LookUntil", end: 3 },
    { type: "LookUntil", end: null },
  ]);
});
