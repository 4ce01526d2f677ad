/** Diagrams are laid out in a worker: the newest wish wins, errors are told, and a page without workers does it itself. */

import { readFileSync } from "node:fs";
import { beforeEach, expect, test, vi } from "vitest";
import type { Laid } from "../src/diagram/layout/laid";
import { layOutView } from "../src/diagram/layout/laid";
import { readSaved } from "../src/diagram/saved";
import { Surveyor } from "../src/diagram/surveyor";
import { Thread } from "./threads";

const file = new URL("pictures.json", import.meta.url);
const [, nested] = JSON.parse(readFileSync(file, "utf8")) as { saved: object }[];
const { diagram } = readSaved({ ...nested?.saved, title: "", facts: [] });
const inside = diagram.boxes.flatMap((box, index) => (index > 0 && box.children.length > 0 ? [index] : []));

let thread: Thread;
const started = vi.fn(() => {
  thread = new Thread(false);
  return thread.asWorker();
});
const shown: Laid[] = [];
const client = { show: (laid: Laid) => void shown.push(laid), fail: vi.fn() };

beforeEach(() => {
  shown.length = 0;
  started.mockClear();
  client.fail.mockClear();
});

const layouts = (): number => thread.orders.filter((order) => order.type === "lay out").length;

test("what a worker lays out is what the page would have laid out", () => {
  const survey = new Surveyor(started).enter(diagram, client);

  survey.want(new Set(inside));
  thread.deliver();

  const { view, picture } = layOutView(diagram, new Set(inside));
  expect(shown.map((laid) => [laid.view, laid.picture])).toEqual([[view, picture]]);
});

test("of the wishes that come meanwhile only the newest is laid out, and the old answer is not shown", () => {
  const survey = new Surveyor(started).enter(diagram, client);

  survey.want(new Set());
  survey.want(new Set(inside.slice(0, 1)));
  survey.want(new Set(inside));
  thread.deliver();
  const early = shown.length;
  thread.deliver();

  expect(early).toBe(0);
  expect(layouts()).toBe(2);
  expect(shown.map((laid) => laid.view.opened.size)).toEqual([inside.length + 1]);
});

test("what was wished for is what was open then, whatever is opened later", () => {
  const survey = new Surveyor(started).enter(diagram, client);
  const opened = new Set<number>();

  survey.want(new Set([...inside]));
  survey.want(opened);
  inside.forEach((box) => opened.add(box));
  thread.deliver();
  thread.deliver();

  expect(shown.at(-1)?.view.opened.size).toBe(1);
});

test("diagrams share a worker, which ends with the last of them", () => {
  const surveyor = new Surveyor(started);
  const [one, two] = [surveyor.enter(diagram, client), surveyor.enter(diagram, client)];

  one.end();
  const early = thread.ended;
  two.end();

  expect(started).toHaveBeenCalledTimes(1);
  expect([early, thread.ended]).toEqual([false, true]);
});

test("a diagram that comes after the worker has ended gets another one", () => {
  const surveyor = new Surveyor(started);
  surveyor.enter(diagram, client).end();

  surveyor.enter(diagram, client).want(new Set());
  thread.deliver();

  expect(started).toHaveBeenCalledTimes(2);
  expect(shown.length).toBe(1);
});

test("a diagram that has gone is shown nothing", () => {
  const survey = new Surveyor(started).enter(diagram, client);
  survey.want(new Set());

  survey.end();
  thread.deliver();

  expect(shown).toEqual([]);
});

test("an error of the layout is told, and the next wish is carried out", () => {
  const broken = { ...diagram, arrows: null as unknown as typeof diagram.arrows };
  const survey = new Surveyor(started).enter(broken, client);

  survey.want(new Set());
  thread.deliver();
  survey.want(new Set());
  thread.deliver();

  expect(client.fail).toHaveBeenCalledTimes(2);
  expect(client.fail.mock.calls[0]?.[0]).toMatch(/null/);
  expect(shown).toEqual([]);
});

test("a page that allows no worker lays out itself, and its console says so once", () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const surveyor = new Surveyor(() => {
    throw new Error("blocked by the page's policy");
  });

  surveyor.enter(diagram, client).want(new Set());
  surveyor.enter(diagram, client).want(new Set());

  expect(shown.length).toBe(2);
  expect(warn.mock.calls).toEqual([[expect.stringContaining("blocked by the page's policy")]]);
  warn.mockRestore();
});

test("a worker that fails leaves its work to the page", () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const survey = new Surveyor(started).enter(diagram, client);

  survey.want(new Set());
  survey.want(new Set(inside));
  thread.onerror?.({ message: "" });
  survey.want(new Set());

  expect(shown.map((laid) => laid.view.opened.size)).toEqual([inside.length + 1, 1]);
  expect(thread.ended).toBe(true);
  expect(warn).toHaveBeenCalledTimes(1);
  warn.mockRestore();
});
