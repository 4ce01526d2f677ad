// @vitest-environment jsdom
/** Boxes of a diagram are moved, moved back, and kept with the notebook. */

import { readFileSync } from "node:fs";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { arrange, keep, namesOf, readKept } from "../src/diagram/arrangement";
import { mountDiagram } from "../src/diagram/diagram";
import { layOutView } from "../src/diagram/layout/layout_protocol";
import type { Point } from "../src/diagram/layout/routes";
import { LayoutService } from "../src/diagram/layout_service";
import { readSaved } from "../src/diagram/saved";
import type { ArrangementStore } from "../src/dom/page";
import { storeIn } from "../src/lab/arrangements";
import { Thread } from "./threads";
import { stubResizeObserver } from "./stand_ins";

const file = `${process.cwd()}/tests/pictures.json`;
const pictures = JSON.parse(readFileSync(file, "utf8")) as { saved: object }[];
const parts = { ...pictures[1]?.saved, title: "Network parts", facts: [], drawing: "" };
const { diagram } = readSaved(parts);
const names = namesOf(diagram);
const boxOf = (label: string): number => diagram.boxes.findIndex((box) => box.label === label);
const [ganglia, thalamus] = [boxOf("Basal Ganglia"), boxOf("Thalamus")];

let host: HTMLElement;
let kept: Record<string, unknown>;
const store: ArrangementStore = {
  read: (title) => kept[title],
  write: (title, arrangement) => {
    kept[title] = arrangement;
  },
};

beforeAll(() => {
  stubResizeObserver();
  // jsdom lays nothing out, and has no capture of pointers; at this size the scale is 1.
  SVGSVGElement.prototype.getBoundingClientRect = () => new DOMRect(0, 0, 4000, 4000);
  SVGSVGElement.prototype.setPointerCapture = () => undefined;
});

beforeEach(() => {
  kept = {};
  mount();
});

function mount(): void {
  host = document.createElement("div");
  document.body.replaceChildren(host);
  const service = new LayoutService(() => new Thread(true).asWorker());
  mountDiagram(
    host,
    parts,
    () => undefined,
    service,
    () => store,
  );
}

const root = (): ShadowRoot => host.shadowRoot as ShadowRoot;
const mark = (box: number): SVGElement => root().querySelector(`[data-box="${box}"]`) as SVGElement;
const corner = (box: number): number[] => {
  const rect = mark(box).querySelector("rect") as Element;
  return ["x", "y"].map((name) => Number(rect.getAttribute(name)));
};
const press = (key: string, options: KeyboardEventInit = {}): boolean =>
  mark(ganglia).dispatchEvent(
    new KeyboardEvent("keydown", {
      key,
      bubbles: true,
      cancelable: true,
      composed: true,
      ...options,
    }),
  );
const button = (label: string): HTMLButtonElement =>
  root().querySelector(`button[aria-label*="${label}"]`) as HTMLButtonElement;

function tap(element: Element): void {
  for (const type of ["pointerdown", "pointerup", "click"])
    element.dispatchEvent(new MouseEvent(type, { bubbles: true }));
}

function drag(element: Element, [dx, dy]: [number, number]): void {
  const at = (type: string, x: number, y: number): void => {
    element.dispatchEvent(
      new MouseEvent(type, { clientX: x, clientY: y, button: 0, bubbles: true }),
    );
  };
  at("pointerdown", 100, 100);
  at("pointermove", 100 + dx / 2, 100 + dy / 2);
  at("pointerup", 100 + dx, 100 + dy);
  element.dispatchEvent(new MouseEvent("click", { bubbles: true }));
}

test("a dragged box moves, its arrows follow, and it is not opened by that", () => {
  const before = corner(ganglia);
  const lines = root().querySelectorAll(".arrow").length;
  drag(mark(ganglia), [120, -40]);

  expect(corner(ganglia)).toEqual([(before[0] ?? 0) + 120, (before[1] ?? 0) - 40]);
  expect(mark(ganglia).getAttribute("aria-expanded")).toBe("false");
  expect(root().querySelectorAll(".arrow").length).toBe(lines);
  expect(kept["Network parts"]).toMatchObject({ moved: { "/Basal Ganglia": [120, -40] } });
});

test("undo, redo and reset have buttons, and keys that JupyterLab does not get", () => {
  const before = corner(ganglia);
  const hidden = (button("Undo").parentElement as HTMLElement).hidden;
  press("ArrowRight", { shiftKey: true });
  press("ArrowRight", { shiftKey: true });
  const moved = corner(ganglia);
  press("z", { ctrlKey: true });
  const keeps = host.hasAttribute("data-lm-suppress-shortcuts");
  const undone = corner(ganglia);
  press("Z", { ctrlKey: true, shiftKey: true });
  const redone = corner(ganglia);
  button("Put all boxes back").click();
  const reset = corner(ganglia);
  button("Undo").click();

  expect([hidden, keeps]).toEqual([true, true]);
  expect([moved, undone, redone].map(([x]) => (x ?? 0) - (before[0] ?? 0))).toEqual([20, 10, 20]);
  expect(reset).toEqual(before);
  expect(corner(ganglia)).toEqual(moved);
  press("s", { ctrlKey: true });
  expect(host.hasAttribute("data-lm-suppress-shortcuts")).toBe(false);
});

test("an arrangement comes back with what was open, and nothing is kept after a reset", () => {
  drag(mark(thalamus), [0, 200]);
  tap(mark(thalamus));
  const moved = corner(thalamus);
  mount();

  expect(corner(thalamus)).toEqual(moved);
  expect(mark(thalamus).getAttribute("aria-expanded")).toBe("true");
  button("Put all boxes back").click();
  expect(kept["Network parts"]).toBeUndefined();
});

test("what is inside moves with an open box, and a frame grows around what is moved out of it", () => {
  const { view, picture } = layOutView(diagram, new Set([thalamus]));
  const actions = boxOf("actions");
  const at = (moved: Map<number, Point>, box: number): { x: number; y: number; width: number } =>
    arrange(diagram, view, picture, moved).boxes.get(box) as never;
  const laid = picture.boxes.get(actions);

  const inside = at(new Map<number, Point>([[thalamus, [30, 5]]]), actions);
  const frame = at(new Map<number, Point>([[actions, [500, 0]]]), thalamus);

  expect([inside.x, inside.y]).toEqual([(laid?.x ?? 0) + 30, (laid?.y ?? 0) + 5]);
  expect(frame.x + frame.width).toBeGreaterThanOrEqual((laid?.x ?? 0) + 500 + (laid?.width ?? 0));
});

test("an arrow ends where its boxes are, and the picture reaches beyond zero", () => {
  const { view, picture } = layOutView(diagram, new Set());

  const moved = arrange(diagram, view, picture, new Map<number, Point>([[ganglia, [-900, 0]]]));

  expect(moved.x).toBeLessThan(-500);
  view.strands.forEach(({ source, target }, strand) => {
    const [start, end] = [moved.paths[strand]?.[0], moved.paths[strand]?.at(-1)];
    const [from, to] = [moved.boxes.get(source), moved.boxes.get(target)];
    expect(start?.[0]).toBeCloseTo((from?.x ?? 0) + (from?.width ?? 0));
    expect(end?.[0]).toBeCloseTo(to?.x ?? 0);
  });
});

test("an arrow that points back goes below both of its boxes", () => {
  const { view, picture } = layOutView(diagram, new Set());
  const moves = new Map<number, Point>([[ganglia, [2000, 0]]]);

  const moved = arrange(diagram, view, picture, moves);

  const across = view.strands.findIndex((s) => s.source === ganglia && s.target === thalamus);
  const path = moved.paths[across] ?? [];
  const lowest = Math.max(...path.map(([, y]) => y));
  for (const box of [ganglia, thalamus]) {
    const at = moved.boxes.get(box);
    expect(lowest).toBeGreaterThan((at?.y ?? 0) + (at?.height ?? 0));
  }
});

test("boxes are kept by their names, so that others may come and go", () => {
  const shifted = ["", "/new", ...names.slice(1)];
  const saved: unknown = JSON.parse(
    JSON.stringify(keep(names, new Map<number, Point>([[ganglia, [1, 2]]]), new Set([thalamus]))),
  );

  expect(new Set(names).size).toBe(names.length);
  expect(readKept(saved, shifted)).toEqual({
    moved: new Map([[ganglia + 1, [1, 2]]]),
    opened: new Set([thalamus + 1]),
  });
});

test.each([
  null,
  "x",
  { version: 99, moved: {} },
  { version: 1, moved: null },
  { version: 1, moved: { "/Thalamus": [1e300, 0], "/Basal Ganglia": ["1", 2], "": [1, 1] } },
])("what is no arrangement moves nothing: %j", (data) => {
  expect(readKept(data, names)?.moved.size ?? 0).toBe(0);
});

test("a notebook's metadata keep the arrangements of all diagrams, and what else is there", () => {
  const metadata = new Map<string, unknown>([["nengo_nb", { other: 1 }]]);
  const model = {
    getMetadata: (key: string) => metadata.get(key),
    setMetadata: (key: string, value: unknown) => metadata.set(key, value),
    deleteMetadata: (key: string) => metadata.delete(key),
  };
  const notebook = storeIn(model);
  notebook.write("one", { a: 1 });
  notebook.write("two", { b: 2 });
  const both = metadata.get("nengo_nb");
  notebook.write("one", undefined);

  expect(both).toEqual({ other: 1, diagrams: { one: { a: 1 }, two: { b: 2 } } });
  expect(notebook.read("two")).toEqual({ b: 2 });
  notebook.write("two", undefined);
  expect(metadata.get("nengo_nb")).toEqual({ other: 1 });
});
