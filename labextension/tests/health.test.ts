// @vitest-environment jsdom
/** What was found in a network is shown on its diagram, with the reason and the remedy. */

import { readFileSync } from "node:fs";
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { mountDiagram } from "../src/diagram/diagram";
import { middleOf, placeBadges } from "../src/diagram/badges";
import { tellHealth } from "../src/diagram/health_news";
import { look } from "../src/diagram/layout/view";
import { LayoutService } from "../src/diagram/layout_service";
import { readSaved } from "../src/diagram/saved";
import type { DiagramKernel } from "../src/dom/page";
import type { FindingInfo, Health } from "../src/protocol/diagram";
import { Thread } from "./threads";
import { stubResizeObserver } from "./stand_ins";

const EVIL = "<img src=x onerror=alert(1)>";
const file = `${process.cwd()}/tests/pictures.json`;
const pictures = JSON.parse(readFileSync(file, "utf8")) as { saved: object }[];
const parts = { ...pictures[1]?.saved, title: "Network parts", facts: [], drawing: "parts/1" };
const { diagram } = readSaved(parts);

const inspect = vi.fn<DiagramKernel["inspect"]>(() =>
  Promise.resolve({
    type: "InspectReply",
    id: 1,
    facts: [],
    charts: [],
    dimensions: 1,
    note: "",
    offers: [],
  }),
);
const check = vi.fn<DiagramKernel["check"]>();
const watch = vi.fn<DiagramKernel["watch"]>();
let host: HTMLElement;

beforeAll(() => {
  stubResizeObserver();
});

beforeEach(() => {
  vi.useFakeTimers();
  check.mockReset();
  check.mockResolvedValue({ type: "Done", id: 1, note: "" });
  host = document.createElement("div");
  document.body.replaceChildren(host);
  const layoutService = new LayoutService(() => new Thread(true).asWorker());
  mountDiagram(host, parts, () => ({ inspect, check, watch }), layoutService);
});

const root = (): ShadowRoot => host.shadowRoot as ShadowRoot;
const details = (): string => root().querySelector(".details")?.textContent ?? "";
const named = (label: string): Element =>
  root().querySelector(`[aria-label*="${label}"]`) as Element;
const badges = (): (string | null)[] =>
  [...root().querySelectorAll(".badge")].map((badge) => badge.getAttribute("aria-label"));
const click = (element: Element): void => {
  element.dispatchEvent(new MouseEvent("click", { bubbles: true }));
};
const indexOf = (label: string): number => diagram.boxes.findIndex((box) => box.label === label);

function finding(what: "box" | "arrow", index: number, changes: object = {}): FindingInfo {
  const [reason, remedy] = ["None of its 10 neurons fire.", "Choose lower intercepts."];
  const name = "neurons";
  return {
    type: "FindingInfo",
    what,
    index,
    copy: 0,
    name,
    problem: "silent",
    reason,
    remedy,
    ...changes,
  };
}

function told(...findings: FindingInfo[]): Health {
  const looked_at = "Looked at 9 ensembles.";
  return { type: "Health", drawing: "parts/1", findings, more: 0, looked_at };
}

test("a diagram asks what is known once it is drawn, and nobody waits for it", () => {
  expect(check).not.toHaveBeenCalled();
  expect(root().querySelectorAll("[data-box]").length).toBeGreaterThan(0);

  vi.runAllTimers();

  expect(check.mock.calls).toEqual([[{ drawing: "parts/1", asked: false, seconds: 0 }]]);
});

test("a closed box has a badge for what is inside of it, and an open one hands it on", () => {
  const inner = finding("box", indexOf("Striatal D1 neurons"));
  tellHealth(told(inner, { ...inner, problem: "saturated" }), "");
  const closed = badges();
  click(named("network, Basal Ganglia"));
  vi.runAllTimers();

  expect(closed).toEqual(["2 findings: silent, saturated"]);
  expect(named("array, Striatal D1 neurons").querySelectorAll(".badge").length).toBe(1);
  expect(badges().length).toBe(1);
});

test("a click on a badge tells the reason and the remedy, and leads to the object", () => {
  tellHealth(told(finding("box", indexOf("actions"), { reason: EVIL })), "");
  click(root().querySelector(".badge") as Element);
  const shown = details();
  const opened = named("network, Thalamus").getAttribute("aria-expanded");
  click(named("Show neurons"));

  expect(shown).toContain(EVIL);
  expect(shown).toContain("Choose lower intercepts.");
  expect(opened).toBe("false");
  expect(root().querySelector("img")).toBeNull();
  expect(root().querySelector("h3")?.textContent).toBe("actions");
  expect(details()).toContain(EVIL);
});

test("a finding about a connection is on its arrow, or on the closed box that it is in", () => {
  const across = diagram.arrows.findIndex(({ source }) => source === indexOf("thalamus bias"));
  const seen = diagram.arrows.findIndex(({ source, target }) => {
    const outer = (box: number): number | null | undefined => diagram.boxes[box]?.parent;
    return outer(source) !== outer(target);
  });
  const view = look(diagram, new Set());

  const placed = placeBadges(diagram, view, [finding("arrow", across), finding("arrow", seen)]);

  expect([...placed.boxes]).toEqual([[indexOf("Thalamus"), [0]]]);
  expect([...placed.strands.values()]).toEqual([[1]]);
});

test("a person can have the network checked with a run, and sees why it could not be", async () => {
  click(named("Check: look for"));
  const input = named("Seconds to run") as HTMLInputElement;
  input.value = "0.5";
  check.mockResolvedValue({ type: "Done", id: 2, note: EVIL });
  const now = [...root().querySelectorAll("button")].find((b) => b.textContent === "Check now");
  click(now as Element);
  const meanwhile = details();
  await vi.advanceTimersByTimeAsync(0);

  expect(check).toHaveBeenCalledWith({ drawing: "parts/1", asked: true, seconds: 0.5 });
  expect(meanwhile).toContain("Checking …");
  expect(details()).toContain(EVIL);
  expect((named("Seconds to run") as HTMLInputElement).value).toBe("0.5");
});

test("the button counts what was found, and shows that nothing was", () => {
  click(named("Check: look for"));
  tellHealth(told(), "");
  const nothing = details();
  tellHealth({ ...told(finding("box", 4)), more: 7 }, "");

  expect(nothing).toContain("Nothing was found.");
  expect(named("Check: look for").textContent).toBe("Check (8)");
  expect(details()).toContain("and 7 more");
});

test("the middle of a path is on its middle curve", () => {
  expect(
    middleOf([
      [0, 0],
      [0, 0],
      [10, 0],
      [10, 0],
    ]),
  ).toEqual([5, 0]);
  expect(middleOf([[3, 4]])).toEqual([3, 4]);
});

test("findings that were saved are told until the kernel tells what there is now", () => {
  const other = document.createElement("div");
  document.body.append(other);
  const layoutService = new LayoutService(() => new Thread(true).asWorker());
  const saved = { ...parts, findings: [EVIL, "b"] };
  mountDiagram(other, saved, () => undefined, layoutService);
  const badgeOf = (place: HTMLElement): HTMLElement =>
    place.shadowRoot?.querySelector(".saved") as HTMLElement;
  const before = badgeOf(other).hidden;
  const words = badgeOf(other).textContent;
  tellHealth(told(), "");

  expect([before, badgeOf(host).hidden]).toEqual([false, true]);
  expect(words).toBe(`2 findings${EVIL}b`);
  expect(badgeOf(other).querySelector("img")).toBeNull();
  expect(badgeOf(other).hidden).toBe(true);
});
