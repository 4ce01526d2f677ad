/**
 * Diagrams are laid out in a worker: the newest wish wins, errors are told, and a page without
 * workers does it itself.
 */

import { readFileSync } from "node:fs";
import { beforeEach, expect, test, vi } from "vitest";
import type { LaidOutView } from "../src/diagram/layout/layout_protocol";
import { layOutView } from "../src/diagram/layout/layout_protocol";
import { readSaved } from "../src/diagram/saved";
import { LayoutService } from "../src/diagram/layout_service";
import { Thread } from "./threads";

const file = new URL("pictures.json", import.meta.url);
const [, nested] = JSON.parse(readFileSync(file, "utf8")) as { saved: object }[];
const { diagram } = readSaved({ ...nested?.saved, title: "", facts: [] });
const inside = diagram.boxes.flatMap((box, index) =>
  index > 0 && box.children.length > 0 ? [index] : [],
);

let thread: Thread;
const started = vi.fn(() => {
  thread = new Thread(false);
  return thread.asWorker();
});
const shown: LaidOutView[] = [];
const client = { show: (laid: LaidOutView) => void shown.push(laid), fail: vi.fn() };

beforeEach(() => {
  shown.length = 0;
  started.mockClear();
  client.fail.mockClear();
});

const layouts = (): number => thread.orders.filter((order) => order.type === "lay out").length;

test("what a worker lays out is what the page would have laid out", () => {
  const requests = new LayoutService(started).enter(diagram, client);

  requests.want(new Set(inside));
  thread.deliver();

  const { view, picture } = layOutView(diagram, new Set(inside));
  expect(shown.map((laid) => [laid.view, laid.picture])).toEqual([[view, picture]]);
});

test("of the wishes that come meanwhile only the newest is laid out, and the old answer is not shown", () => {
  const requests = new LayoutService(started).enter(diagram, client);

  requests.want(new Set());
  requests.want(new Set(inside.slice(0, 1)));
  requests.want(new Set(inside));
  thread.deliver();
  const early = shown.length;
  thread.deliver();

  expect(early).toBe(0);
  expect(layouts()).toBe(2);
  expect(shown.map((laid) => laid.view.opened.size)).toEqual([inside.length + 1]);
});

test("what was wished for is what was open then, whatever is opened later", () => {
  const requests = new LayoutService(started).enter(diagram, client);
  const opened = new Set<number>();

  requests.want(new Set([...inside]));
  requests.want(opened);
  inside.forEach((box) => opened.add(box));
  thread.deliver();
  thread.deliver();

  expect(shown.at(-1)?.view.opened.size).toBe(1);
});

test("diagrams share a worker, which ends with the last of them", () => {
  const layoutService = new LayoutService(started);
  const [one, two] = [layoutService.enter(diagram, client), layoutService.enter(diagram, client)];

  one.end();
  const early = thread.ended;
  two.end();

  expect(started).toHaveBeenCalledTimes(1);
  expect([early, thread.ended]).toEqual([false, true]);
});

test("a diagram that comes after the worker has ended gets another one", () => {
  const layoutService = new LayoutService(started);
  layoutService.enter(diagram, client).end();

  layoutService.enter(diagram, client).want(new Set());
  thread.deliver();

  expect(started).toHaveBeenCalledTimes(2);
  expect(shown.length).toBe(1);
});

test("a diagram that has gone is shown nothing", () => {
  const requests = new LayoutService(started).enter(diagram, client);
  requests.want(new Set());

  requests.end();
  thread.deliver();

  expect(shown).toEqual([]);
});

test("an error of the layout is told, and the next wish is carried out", () => {
  const broken = { ...diagram, arrows: null as unknown as typeof diagram.arrows };
  const requests = new LayoutService(started).enter(broken, client);

  requests.want(new Set());
  thread.deliver();
  requests.want(new Set());
  thread.deliver();

  expect(client.fail).toHaveBeenCalledTimes(2);
  expect(client.fail.mock.calls[0]?.[0]).toMatch(/null/);
  expect(shown).toEqual([]);
});

test("a page that allows no worker lays out itself, and its console says so once", () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const layoutService = new LayoutService(() => {
    throw new Error("blocked by the page's policy");
  });

  layoutService.enter(diagram, client).want(new Set());
  layoutService.enter(diagram, client).want(new Set());

  expect(shown.length).toBe(2);
  expect(warn.mock.calls).toEqual([[expect.stringContaining("blocked by the page's policy")]]);
  warn.mockRestore();
});

test("a worker that fails leaves its work to the page", () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const requests = new LayoutService(started).enter(diagram, client);

  requests.want(new Set());
  requests.want(new Set(inside));
  thread.onerror?.({ message: "" });
  requests.want(new Set());

  expect(shown.map((laid) => laid.view.opened.size)).toEqual([inside.length + 1, 1]);
  expect(thread.ended).toBe(true);
  expect(warn).toHaveBeenCalledTimes(1);
  warn.mockRestore();
});
