// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { keptLines } from "../src/live/drawers";
import { columnsOf, dashSwatch } from "../src/live/kept_lines";
import { RunList } from "../src/live/run_list";
import { Sliders } from "../src/live/sliders";
import { SweepBar } from "../src/live/sweep_bar";
import { opacityOf, sweptEntries } from "../src/live/swept_runs";
import type { Part, PlotInfo, SliderInfo } from "../src/protocol/live";
import type { RunInfo } from "../src/protocol/runs";
import { LINES, NOTHING } from "./fake_bokeh";
import { enter, first, frame, send, sent } from "./frames";

const INFO: SliderInfo = { type: "SliderInfo", name: "a", size: 1, low: -1, high: 1 };

beforeEach(() => {
  sent.length = 0;
  document.body.replaceChildren();
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
});

function swept(id: number, count: number): RunInfo {
  const level = id / (count - 1);
  return { type: "RunInfo", id: `${id}`, name: `a = ${id}`, begin: 0, end: 1, place: id, level };
}

const runs = (count: number): RunInfo[] =>
  Array.from({ length: count }, (_, id) => swept(id, count));

function formOf(info: SliderInfo = INFO): Sliders {
  const sliders = new Sliders(info, send);
  document.body.append(sliders.element);
  sliders.element.querySelector<HTMLElement>("[title^='Set the range']")?.click();
  sliders.element.querySelector<HTMLElement>(".nnb-open-sweep")?.click();
  return sliders;
}

const entry = (title: string): HTMLInputElement =>
  first(HTMLInputElement, document, `[title="${title}"]`);
const press = (): void => {
  first(HTMLElement, document, "[title^='Run the network for each']").click();
};

test("the menu of a slider opens a form that proposes its range", () => {
  formOf();

  expect(first(HTMLElement, document, ".nnb-sweep-form").hidden).toBe(false);
  press();

  expect(sent).toEqual([
    { type: "Sweep", name: "a", dimension: 0, low: -1, high: 1, count: 5, seconds: 1, from_now: false },
  ]); // prettier-ignore
});

test("what is typed is asked for, and another range does not undo it but where it changes", () => {
  const sliders = formOf({ ...INFO, size: 3 });
  enter(entry("First value of the sweep"), "0.25");
  enter(entry("Number of values"), "7");
  enter(entry("Length of each run, in seconds"), "0.5");
  enter(first(HTMLSelectElement, document, "[title='Dimension that is swept']"), "2");
  enter(first(HTMLSelectElement, document, "[title='Where runs begin']"), "now");
  sliders.show({ ...INFO, size: 3 });
  press();

  expect(sent).toEqual([
    { type: "Sweep", name: "a", dimension: 2, low: 0.25, high: 1, count: 7, seconds: 0.5, from_now: true },
  ]); // prettier-ignore
  sliders.show({ ...INFO, size: 3, low: -2, high: 2 });
  expect(entry("First value of the sweep").value).toBe("-2");
});

test("what is no number is left to the kernel, which says so", () => {
  formOf();
  enter(entry("Last value of the sweep"), "much");
  press();

  expect(sent).toMatchObject([{ low: -1, high: null }]);
});

test("one value has no choice of dimensions", () => {
  formOf();

  expect(document.querySelector("[title='Dimension that is swept']")).toBeNull();
});

test("a sweep under way says how far it is, and can be stopped", () => {
  const bar = new SweepBar(send);
  document.body.append(bar.element);
  bar.update(frame());
  const before = bar.element.hidden;
  const sweep = {
    type: "SweepInfo",
    label: "a",
    value: 0.5,
    number: 2,
    count: 5,
    done: 0.3,
  } as const;
  bar.update(frame({ playing: true, sweep }));

  expect([before, bar.element.hidden]).toEqual([true, false]);
  expect(first(HTMLElement, document, "[role=status]").textContent).toBe("a = 0.5, run 2 of 5");
  expect(first(HTMLProgressElement, document, "progress").value).toBe(0.3);
  first(HTMLElement, document, "[title^='Stop the sweep']").click();
  expect(sent).toEqual([{ type: "StopSweep" }]);
  bar.update(frame({ playing: false, sweep }));
  expect(first(HTMLElement, document, "[role=status]").textContent).toContain("paused");
});

const PART: Part = {
  ...NOTHING,
  rows: 2,
  columns: 1,
  runs: [0, 1].map((run) => ({ type: "RunPart", run: `${run}`, offset: 2, rows: 2, columns: 2 })),
};
const NUMBERS = Float32Array.of(0, 0.5, 0, 1, 5, 7, 3, 4);

test("runs of a sweep are solid, the stronger the higher the value", () => {
  const lines = keptLines("lines", PART, NUMBERS, frame({ runs: runs(2) }), LINES);

  expect(lines.map(({ dash }) => dash)).toEqual(["solid", "solid"]);
  expect(lines.map(({ alpha }) => alpha)).toEqual([opacityOf(0), 1]);
  expect(new Set(lines.map(({ color }) => color))).toEqual(new Set(["#33404d"]));
  expect(columnsOf(lines)).toMatchObject({ alpha: [opacityOf(0), 1], run: ["a = 0", "a = 1"] });
});

test("several lines of a run keep their colours", () => {
  const part = { ...PART, runs: PART.runs.map((run) => ({ ...run, rows: 3 })) };
  const info: PlotInfo = { ...LINES, dims: [0, 1], colors: ["#0072b2", "#e69f00"] };
  const lines = keptLines("lines", part, NUMBERS, frame({ runs: runs(2) }), info);

  expect(lines.map(({ color }) => color)).toEqual(["#0072b2", "#e69f00", "#0072b2", "#e69f00"]);
});

test("a legend names a few runs each, in the order of their values, and of many the ends", () => {
  const few = sweptEntries(runs(2).reverse(), dashSwatch);
  const many = sweptEntries(runs(20), dashSwatch);

  expect(few.map(({ textContent }) => textContent)).toEqual(["a = 0", "a = 1"]);
  expect(few[0]?.querySelector("path")?.getAttribute("stroke-opacity")).toBe(`${opacityOf(0)}`);
  expect(few[0]?.querySelector("path")?.hasAttribute("stroke-dasharray")).toBe(false);
  expect(many.map(({ textContent }) => textContent)).toEqual(["a = 0  a = 19"]);
  expect(many[0]?.title.split("\n")).toHaveLength(20);
  expect(sweptEntries([], dashSwatch)).toEqual([]);
});

test("all runs of sweeps are drawn, hidden and deleted at once", () => {
  const list = new RunList(send);
  document.body.append(list.element);
  const other = { ...swept(5, 9), level: null };
  list.update(frame({ runs: [other] }));
  const row = first(HTMLElement, document, ".nnb-swept");
  const before = row.hidden;
  list.update(frame({ runs: [other, { ...swept(0, 2), place: null }, swept(1, 2)] }));
  for (const button of row.querySelectorAll("button")) button.click();

  expect([before, row.hidden]).toEqual([true, false]);
  expect(sent).toEqual([
    { type: "ShowRun", run: "0", shown: true },
    { type: "ShowRun", run: "1", shown: false },
    { type: "ForgetRun", run: "0" },
    { type: "ForgetRun", run: "1" },
  ]);
});
