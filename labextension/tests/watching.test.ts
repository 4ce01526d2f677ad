// @vitest-environment jsdom
/** A click in the details watches or steers an object, in a live view on the page or below. */

import { readFileSync } from "node:fs";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { mountDiagram, type DiagramHandle } from "../src/diagram/diagram";
import { LayoutService } from "../src/diagram/layout_service";
import { tellPicture } from "../src/diagram/view_pictures";
import { announce, type DiagramKernel, type PictureStore } from "../src/dom/page";
import type { OfferInfo, WatchReply } from "../src/protocol/diagram";
import { Thread } from "./threads";
import { stubResizeObserver } from "./stand_ins";

const EVIL = "<img src=x onerror=alert(1)>";
const file = `${process.cwd()}/tests/pictures.json`;
const pictures = JSON.parse(readFileSync(file, "utf8")) as { saved: object }[];
const learning = { ...pictures[0]?.saved, title: "learning", facts: [], drawing: "learning/1" };

const offered: OfferInfo[] = [
  { type: "OfferInfo", key: "value", label: "Watch", about: "Plot it." },
  { type: "OfferInfo", key: "steer", label: EVIL, about: "Set it." },
];
const inspect = vi.fn<DiagramKernel["inspect"]>(() =>
  Promise.resolve({
    type: "InspectReply",
    id: 1,
    facts: [],
    charts: [],
    dimensions: 1,
    note: "",
    offers: offered,
  }),
);
const check = vi.fn<DiagramKernel["check"]>(() =>
  Promise.resolve({ type: "Done", id: 1, note: "" }),
);
const watch = vi.fn<DiagramKernel["watch"]>();
const scroll = vi.fn();
let host: HTMLElement;
let handle: DiagramHandle;
let kernel: DiagramKernel | undefined;
let picture = "";
const ends: (() => void)[] = [];

beforeAll(() => {
  stubResizeObserver();
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  vi.stubGlobal("CSS", { escape: (text: string) => text.replace(/["\\]/g, "\\$&") });
  // Without a layout nothing has a place, so that what is in a hidden part is what is not seen.
  Element.prototype.getClientRects = function (): DOMRectList {
    return (this.closest("[hidden]") ? [] : [{}]) as unknown as DOMRectList;
  };
  Element.prototype.scrollIntoView = scroll;
});

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  kernel = { inspect, check, watch };
  host = document.createElement("div");
  document.body.replaceChildren(host);
  picture = "";
  draw();
});

function draw(): void {
  const layoutService = new LayoutService(() => new Thread(true).asWorker());
  const pictures: PictureStore = {
    read: () => picture,
    write: (png) => {
      picture = png;
    },
  };
  handle = mountDiagram(host, learning, () => kernel, layoutService, undefined, pictures);
}

afterEach(() => {
  handle.dispose();
  for (const end of ends.splice(0)) end();
});

const root = (): ShadowRoot => host.shadowRoot as ShadowRoot;
const note = (): string => root().querySelector(".watching .note")?.textContent ?? "";
const section = (): HTMLElement => root().querySelector(".live") as HTMLElement;
const buttons = (): HTMLButtonElement[] => [
  ...root().querySelectorAll<HTMLButtonElement>(".offers button"),
];

/** Show the details of the first box, and press the button of an offer. */
async function press(index = 0): Promise<void> {
  const box = root().querySelector("[data-box].node") as Element;
  box.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  await vi.advanceTimersByTimeAsync(0);
  buttons()[index]?.click();
  await vi.advanceTimersByTimeAsync(0);
}

function replies(changes: Partial<WatchReply>): void {
  const nothing = { view: "", plot: "", node: "", note: "" };
  watch.mockResolvedValue({ type: "WatchReply", id: 2, ...nothing, ...changes });
}

/** A live view in an output, with a plot. */
function view(uid: string, plot: string): HTMLElement {
  const live = document.createElement("div");
  live.className = "nnb-root";
  live.dataset.uid = uid;
  const card = document.createElement("section");
  card.dataset.plot = plot;
  live.append(card);
  document.body.append(live);
  return live;
}

/** Let a view have a living model, whose view is a root with sliders of a node. */
function comeAlive(uid: string, node: string): void {
  const mount = (element: HTMLElement): (() => void) => {
    const live = view(uid, "none");
    (live.firstElementChild as HTMLElement).dataset.steers = node;
    element.append(live);
    return () => {
      live.remove();
    };
  };
  ends.push(announce(uid, mount));
}

test("an offer is a button, whose text is no markup", async () => {
  await press();

  expect(buttons().map((button) => button.textContent)).toEqual(["Watch", EVIL]);
  expect(root().querySelector("img")).toBeNull();
});

test("a plot that was added to a view on the page glows for a moment and is scrolled to", async () => {
  const live = view("view-1", "7");
  view("view-2", "7").hidden = true;
  replies({ view: "view-1", plot: "7" });
  await press();
  const card = live.firstElementChild as HTMLElement;
  const glows = card.classList.contains("nnb-glow");
  await vi.advanceTimersByTimeAsync(2000);

  const request = watch.mock.calls[0]?.[0];
  expect(request).toMatchObject({ drawing: "learning/1", offer: "value", views: ["view-1"] });
  expect(glows).toBe(true);
  expect(card.classList.contains("nnb-glow")).toBe(false);
  expect(scroll).toHaveBeenCalled();
  expect(section().hidden).toBe(true);
});

test("a view that is nowhere on the page is shown below, as soon as its model has come", async () => {
  replies({ view: "new", node: 'a "node"' });
  await press(1);
  const before = section().hidden;
  comeAlive("new", 'a "node"');
  await vi.advanceTimersByTimeAsync(0);

  expect(before).toBe(true);
  expect(section().hidden).toBe(false);
  expect(host.querySelector("[slot=live] .nnb-root .nnb-glow")).not.toBeNull();
  expect(inspect).toHaveBeenCalledTimes(2); // what there is to see of the simulator that is new
  expect(note()).toBe("");
});

test("the view below is taken away by its button, and with the diagram", async () => {
  comeAlive("new", "node");
  replies({ view: "new", node: "node" });
  await press(1);
  (section().querySelector("button") as HTMLButtonElement).click();
  const closed = [section().hidden, document.querySelector(".nnb-root")];
  await press(1);
  const again = document.querySelector(".nnb-root");
  handle.dispose();

  expect(closed).toEqual([true, null]);
  expect(again).not.toBeNull();
  expect(document.querySelector(".nnb-root")).toBeNull();
});

test("a pause of the view below is kept as a picture, until the view is taken away", async () => {
  comeAlive("new", "node");
  replies({ view: "new", node: "node" });
  tellPicture({ type: "ViewPicture", view: "new", png: "before" });
  await press(1);
  tellPicture({ type: "ViewPicture", view: "new", png: "AAAA" });
  tellPicture({ type: "ViewPicture", view: "another", png: "BBBB" });
  const kept = picture;
  (section().querySelector("button") as HTMLButtonElement).click();
  const taken = picture;
  tellPicture({ type: "ViewPicture", view: "new", png: "late" });

  expect([kept, taken, picture]).toEqual(["AAAA", "", ""]);
});

test("a picture that was kept is shown until something is watched, and stays kept", async () => {
  picture = "AAAA";
  handle.dispose();
  draw();
  const before = section().querySelector("img")?.getAttribute("src");
  const shown = !section().hidden;
  comeAlive("new", "node");
  replies({ view: "new", node: "node" });
  await press(1);

  expect([before, shown]).toEqual(["data:image/png;base64,AAAA", true]);
  expect(section().querySelector("img")).toBeNull();
  expect(section().hidden).toBe(false);
  handle.dispose();
  expect(picture).toBe("AAAA");
});

test("a page that cannot show the view says what to type", async () => {
  replies({ view: "elsewhere", plot: "1" });
  await press();
  await vi.advanceTimersByTimeAsync(30_000);

  expect(note()).toContain("'%nengo live NAME'");
  expect(section().hidden).toBe(true);
});

test("a sentence of the kernel is shown, and a failure of it as well", async () => {
  replies({ note: EVIL });
  await press();
  const told = note();
  watch.mockRejectedValue(new Error("The kernel does not answer."));
  await press();

  expect(told).toBe(EVIL);
  expect(note()).toBe("The kernel does not answer.");
});

test("what is told of one object is not shown with another", async () => {
  let answer: (reply: WatchReply) => void = () => undefined;
  watch.mockReturnValue(
    new Promise((resolve) => {
      answer = resolve;
    }),
  );
  await press();
  const meanwhile = note();
  const box = root().querySelectorAll("[data-box]")[1] as Element;
  box.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  answer({ type: "WatchReply", id: 2, view: "", plot: "", node: "", note: "late" });
  await vi.advanceTimersByTimeAsync(0);

  expect(meanwhile).toBe("Opening a live view …");
  expect(note()).toBe("");
});

test("without a kernel nothing is offered", async () => {
  kernel = undefined;
  await press();

  expect(buttons()).toEqual([]);
  expect(root().querySelector(".details")?.textContent).toContain("No kernel stands behind");
});
