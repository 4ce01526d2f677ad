// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { Card } from "../src/live/card";
import { documentOf, HtmlPage } from "../src/live/html_page";
import { bokehOf, LINES } from "./fake_bokeh";
import { first, send, sent } from "./frames";

beforeEach(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  vi.stubGlobal("requestAnimationFrame", (draw: () => void) => {
    draw();
  });
  sent.length = 0;
});

function opened(): [HTMLElement, HtmlPage] {
  const root = document.createElement("div");
  return [root, new HtmlPage(root, "world: HTML")];
}

const framesIn = (root: HTMLElement): HTMLIFrameElement[] => [...root.querySelectorAll("iframe")];

function loaded(frame: HTMLIFrameElement | undefined): void {
  frame?.dispatchEvent(new Event("load"));
}

test("a page may run and load nothing, which is said before its HTML", () => {
  const [root, page] = opened();

  page.show("</head><script>parent.hacked = true</script>");

  const frame = first(HTMLIFrameElement, root, "iframe");
  expect(frame.getAttribute("sandbox")).toBe("");
  const [before, after] = frame.srcdoc.split("</head><script>");
  expect(before).toContain(`Content-Security-Policy" content="default-src 'none';`);
  expect(before).not.toContain("script-src");
  expect(after).toBe("parent.hacked = true</script>");
});

test("a page stays until the next one is there, and only the newest of those meanwhile is loaded", () => {
  const [root, page] = opened();
  page.show("1");
  loaded(framesIn(root)[0]);

  for (const html of ["2", "3", "4"]) page.show(html);

  expect(framesIn(root).map((frame) => frame.srcdoc)).toEqual(["1", "2"].map(documentOf));
  loaded(framesIn(root)[1]);
  expect(framesIn(root).map((frame) => frame.srcdoc)).toEqual(["2", "4"].map(documentOf));
  loaded(framesIn(root)[1]);
  expect(framesIn(root).map((frame) => frame.srcdoc)).toEqual([documentOf("4")]);
});

test("a page that is shown is not loaded again", () => {
  const [root, page] = opened();
  page.show("1");
  const [frame] = framesIn(root);
  loaded(frame);

  page.show("1");

  expect(framesIn(root)).toEqual([frame]);
});

test("a card shows HTML that came before it was drawn, and says why there is none", async () => {
  const info = { ...LINES, kind: "html", kinds: ["html"], colors: [], figure: {} };
  const card = new Card(info, {
    bokeh: bokehOf({}),
    send,
    look: vi.fn(),
    hover: vi.fn(),
    sources: () => [],
  });
  const state = first(HTMLElement, card.element, ".nnb-state");

  card.showHtml({ type: "Html", plot: info.id, text: "<b>here</b>", error: "" });
  await vi.waitUntil(() => card.element.dataset.drawn === "html");

  expect(first(HTMLIFrameElement, card.element, "iframe").srcdoc).toContain("<b>here</b>");
  expect(state.hidden).toBe(true);
  card.showHtml({ type: "Html", plot: info.id, text: "", error: "It has not been set." });
  expect(state.textContent).toBe("It has not been set.");
  expect(state.hidden).toBe(false);
});
