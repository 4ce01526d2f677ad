// @vitest-environment jsdom
/** A diagram on a page: what it shows, what a click and a key do, and what it asks the kernel. */

import { readFileSync } from "node:fs";
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { mountDiagram, type DiagramHandle } from "../src/diagram/diagram";
import type { InspectReply } from "../src/protocol/diagram";
import type { DiagramKernel } from "../src/dom/page";
import { LayoutService } from "../src/diagram/layout_service";
import { Thread } from "./threads";
import { stubResizeObserver } from "./stand_ins";

const EVIL = "<img src=x onerror=alert(1)>";
const file = `${process.cwd()}/tests/pictures.json`;
const pictures = JSON.parse(readFileSync(file, "utf8")) as {
  saved: { boxes: { label: string }[] };
}[];
const parts = {
  ...pictures[1]?.saved,
  title: "Network parts",
  facts: [["seed", EVIL]],
  drawing: "channel/1",
};
const learning = pictures[0]?.saved;

const layoutService = new LayoutService(() => new Thread(true).asWorker());
let host: HTMLElement;
let handle: DiagramHandle;
let reply: InspectReply;
const ask = vi.fn<DiagramKernel["inspect"]>(() => Promise.resolve(reply));
const check = vi.fn<DiagramKernel["check"]>(() =>
  Promise.resolve({ type: "Done", id: 2, note: "" }),
);
const watch = vi.fn<DiagramKernel["watch"]>();
const client: DiagramKernel = { inspect: ask, check, watch };

beforeAll(() => {
  stubResizeObserver();
});

beforeEach(() => {
  ask.mockClear();
  reply = {
    type: "InspectReply",
    id: 1,
    facts: [["built", EVIL]],
    charts: [],
    dimensions: 1,
    note: "",
    offers: [],
  };
  mount(parts);
});

function mount(data: unknown, kernel: DiagramKernel | undefined = client): void {
  document.body.replaceChildren();
  host = document.createElement("div");
  document.body.append(host);
  handle = mountDiagram(host, data, () => kernel, layoutService);
}

const root = (): ShadowRoot => host.shadowRoot as ShadowRoot;
const one = (selector: string): Element => root().querySelector(selector) as Element;
const named = (label: string): SVGElement =>
  [...root().querySelectorAll<SVGElement>("[aria-label]")].find((e) =>
    e.getAttribute("aria-label")?.includes(label),
  ) as SVGElement;
const press = (element: Element, key: string): void => {
  element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
};
const click = (element: Element): void => {
  element.dispatchEvent(new MouseEvent("click", { bubbles: true }));
};
const texts = (): string[] => [...root().querySelectorAll("text")].map((text) => text.textContent);

test("the top level is shown, and the rest is closed", () => {
  expect(texts()).toContain("Basal Ganglia");
  expect(texts()).not.toContain("Striatal D1 neurons");
  expect(named("network, Basal Ganglia").getAttribute("aria-expanded")).toBe("false");
});

test("a click opens a box and another one closes it", () => {
  click(named("network, Basal Ganglia"));
  const opened = texts();
  click(named("network, Basal Ganglia"));

  expect(opened).toContain("Striatal D1 neurons");
  expect(texts()).not.toContain("Striatal D1 neurons");
});

test("Enter opens a box, and the focus stays on it", () => {
  press(named("network, Basal Ganglia"), "Enter");

  expect(root().activeElement?.getAttribute("aria-expanded")).toBe("true");
});

test("what has the focus or the pointer tells its facts", () => {
  named("network, Basal Ganglia").focus();
  const told = one(".tip").textContent;
  named("network, Basal Ganglia").dispatchEvent(new MouseEvent("pointerleave"));

  expect(told).toContain("ensemble array");
  expect((one(".tip") as HTMLElement).hidden).toBe(true);
});

test("arrow keys go from box to box", () => {
  named("network, Basal Ganglia").focus();
  press(root().activeElement as Element, "ArrowRight");

  expect(root().activeElement?.getAttribute("aria-label")).toContain("Thalamus");
});

test("one button opens level after level, and closes everything at last", () => {
  const button = named("Open one more level");
  const boxes = (): number => root().querySelectorAll("[data-box]").length;
  const counts = [boxes()];
  for (let number = 0; number < 3; number++) {
    click(button);
    counts.push(boxes());
  }

  expect(counts[0]).toBeLessThan(counts[1] ?? 0);
  expect(counts.at(-1)).toBe(counts[0]);
});

test("search finds what is closed, opens what is around it, and goes there", () => {
  const input = one("input") as HTMLInputElement;
  input.value = "striatal d1";
  input.dispatchEvent(new Event("input"));
  const marked = named("network, Basal Ganglia").classList.contains("match");
  press(input, "Enter");

  expect(marked).toBe(true);
  expect(one(".found").textContent).toMatch(/^1 of \d+$/);
  expect(texts()).toContain("Striatal D1 neurons");
});

test("a search without a result says so", () => {
  const input = one("input") as HTMLInputElement;
  input.value = "cerebellum";
  input.dispatchEvent(new Event("input"));
  press(input, "Enter");

  expect(one(".found").textContent).toBe("nothing");
});

test("a click on an ensemble asks the kernel and shows what it tells, as text", async () => {
  mount(learning && { ...learning, drawing: "channel/1" });
  click(named("ensemble, pre"));
  await vi.waitFor(() => {
    expect(one(".details").textContent).toContain(EVIL);
  });

  const index = learning?.boxes.findIndex(({ label }) => label === "pre");
  expect(ask).toHaveBeenCalledWith({
    drawing: "channel/1",
    copy: 0,
    dimension: 0,
    what: "box",
    index,
  });
  expect(root().querySelector("img")).toBeNull();
});

test("a click on an arrow asks about the arrow", () => {
  mount(learning && { ...learning, drawing: "channel/1" });
  click(named("learning connection, pre to PES"));

  expect(ask.mock.calls[0]?.[0].what).toBe("arrow");
  expect(one("h3").textContent).toBe("pre → PES");
});

test("the details of a box lead to its connections, and those of a connection to its ends", () => {
  mount(learning && { ...learning, drawing: "channel/1" });
  click(named("ensemble, error"));
  const lists = [...root().querySelectorAll(".details h4")].map((title) => title.textContent);
  click(named("Show the connection: PES"));
  const titles = [one("h3").textContent];
  const chosen = one(".chosen").getAttribute("aria-label");
  click(named("Go to PES"));
  titles.push(one("h3").textContent);

  expect(lists).toEqual(["In (2)", "Out"]);
  expect(titles).toEqual(["error → PES", "PES"]);
  expect(chosen).toContain("teaching connection, error to PES");
  expect(one(".chosen").getAttribute("aria-label")).toContain("PES");
});

test("a link opens what is around the box that it leads to", () => {
  click(named("Open one more level"));
  click(named("array, Striatal D1 neurons"));
  click(named("ensemble, Striatal D1 neurons"));
  const link = one(".details .links button");
  const label = link.getAttribute("aria-label")?.replace("Show the connection: ", "") ?? "";
  click(named("network, Basal Ganglia"));
  const closed = texts().includes(label);
  click(link);

  expect(closed).toBe(false);
  expect(texts()).toContain(label);
  expect(root().querySelectorAll(".arrow.chosen").length).toBe(1);
});

test("a click on what stands for several connections lists them all", () => {
  const box = (label: string, parent: number | null, kind = "network"): object => {
    return { kind, label, parent, copies: 1, size: "", neurons: 0, facts: [], probes: 0 };
  };
  const inner = ["a", "b"].map((label) => box(label, 1, "node"));
  const arrow = { kind: "plain", count: 1, size: 1, facts: [] };
  const boxes = [box("all", null), box("closed", 0), box("target", 0, "node"), ...inner];
  const arrows = [3, 4].map((source) => ({ ...arrow, source, target: 2 }));
  mount({ ...parts, boxes, arrows });
  click(named("connection, closed to target"));
  const title = one("h3").textContent;
  click(named("Show the connection: b → target"));

  expect(title).toBe("a → target");
  expect(one("h3").textContent).toBe("b → target");
  expect(texts()).toContain("b");
});

test("charts can be drawn along another dimension", async () => {
  reply = { ...reply, dimensions: 3 };
  mount(learning && { ...learning, drawing: "channel/1" });
  click(named("ensemble, pre"));
  const input = (): HTMLInputElement => one(".details input") as HTMLInputElement;
  await vi.waitFor(() => {
    expect(input()).toBeTruthy();
  });
  input().value = "7";
  input().dispatchEvent(new Event("change"));

  expect(input().value).toBe("2");
  expect(ask.mock.calls.at(-1)?.[0].dimension).toBe(2);
});

test("without a kernel the details say how to get one", () => {
  mountWithoutKernel();
  click(named("ensemble, pre"));

  expect(one(".details").textContent).toContain("No kernel stands behind this diagram");
});

function mountWithoutKernel(): void {
  document.body.replaceChildren();
  host = document.createElement("div");
  document.body.append(host);
  handle = mountDiagram(
    host,
    { ...learning, drawing: "channel/1" },
    () => undefined,
    layoutService,
  );
}

test("charts are drawn with their titles", async () => {
  const chart = {
    title: EVIL,
    x: [0, 1],
    lines: [[0, null]],
    names: ["decoded"],
    dashed: [],
    x_label: "x",
    y_label: "y",
  };
  reply = { ...reply, charts: [{ type: "LineChart", ...chart }] };
  mount(learning && { ...learning, drawing: "channel/1" });
  click(named("ensemble, pre"));

  await vi.waitFor(() => {
    expect(one("h4").textContent).toBe(EVIL);
  });
  expect(root().querySelectorAll("polyline").length).toBe(1);
});

test("Escape closes the details", () => {
  mount(learning && { ...learning, drawing: "channel/1" });
  click(named("ensemble, pre"));
  press(named("ensemble, pre"), "Escape");

  expect((one(".details") as HTMLElement).hidden).toBe(true);
});

test("labels are only text", () => {
  const boxes = (parts.boxes ?? []).map((box) => ({ ...box, label: EVIL }));
  mount({ ...parts, boxes, title: EVIL, warnings: [EVIL] });

  expect(root().querySelector("img")).toBeNull();
  expect(root().textContent).toContain(EVIL);
});

test("a box glows with what is active inside of it", () => {
  const values = (parts.boxes ?? []).map(() => 0);
  values[values.length - 1] = 0.75;
  handle.showActivity(values);
  const glowing = [...root().querySelectorAll<SVGElement>(".activity")].map(
    (e) => e.style.fillOpacity,
  );

  expect(glowing.filter((opacity) => opacity === "0.75").length).toBe(1);
});

test("what is no diagram is an error, and not a broken page", () => {
  mount({ version: 99 });
  handle.showActivity([1]);

  expect(one("[role=alert]").textContent).toContain("version 99");
});

test("a dark page has a dark diagram", async () => {
  document.body.dataset.jpThemeLight = "false";
  await vi.waitFor(() => {
    expect(host.classList.contains("dark")).toBe(true);
  });
  delete document.body.dataset.jpThemeLight;
});

test("a diagram that cannot be laid out says why, and not for ever", () => {
  const thread = new Thread(false);
  document.body.replaceChildren(host);
  mountDiagram(host, parts, () => undefined, new LayoutService(() => thread.asWorker()));
  const alert = (): HTMLElement => one(".error[role=alert]") as HTMLElement;

  thread.answers[0] = { number: 1, error: EVIL };
  thread.deliver();
  const told = [alert().hidden, alert().textContent];
  click(named("Open one more level"));
  thread.deliver();

  expect(told).toEqual([false, `This diagram could not be laid out: ${EVIL}`]);
  expect(alert().hidden).toBe(true);
  expect(texts()).toContain("Striatal D1 neurons");
});
