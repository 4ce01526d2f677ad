// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { Additions } from "../src/live/additions";
import { Card } from "../src/live/card";
import { Expression } from "../src/live/expression";
import { pairsOf, PointerChoice, tidy } from "../src/live/pointer_choice";
import type { Layout, PlotInfo } from "../src/protocol/live";
import { bokehOf, lineModels, LINES } from "./fake_bokeh";
import { enter, first, send, sent } from "./frames";

const MEMORY: PlotInfo = {
  ...LINES,
  source: "memory: similarity",
  labels: ["A", "B"],
  dims: [0, 1],
  vocabulary: ["A", "B", "C"],
};

beforeEach(() => {
  sent.length = 0;
  document.body.replaceChildren();
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
});

function boxes(root: HTMLElement): Record<string, boolean> {
  const labels = [...root.querySelectorAll(".nnb-pointers label")];
  return Object.fromEntries(
    labels.map((label) => [label.textContent, first(HTMLInputElement, label, "input").checked]),
  );
}

test("the menu of a similarity offers the keys of its vocabulary by name", () => {
  const card = new Card(MEMORY, {
    bokeh: bokehOf(lineModels()),
    send,
    look: vi.fn(),
    hover: vi.fn(),
    sources: () => [],
  });
  document.body.append(card.element);
  first(HTMLButtonElement, card.element, "button[title='Change or save this plot']").click();

  expect(boxes(card.element)).toEqual({ A: true, B: true, C: false });
  expect(card.element.textContent).not.toContain("Dimensions");
  first(HTMLInputElement, card.element, ".nnb-pointers label:nth-child(3) input").click();
  expect(sent).toMatchObject([{ type: "ChangePlot", pointers: ["A", "B", "C"] }]);
});

test("an expression is compared as well, and is offered once the kernel knows it", () => {
  const choose = vi.fn();
  const choice = new PointerChoice(MEMORY, choose);
  enter(first(HTMLInputElement, choice.element, "input[type=text]"), "  A  *   B ");
  choice.show({
    ...MEMORY,
    labels: ["A", "B", "A * B"],
    dims: [0, 1, 2],
    pointers: ["A", "B", "A * B"],
  });

  expect(choose.mock.calls).toEqual([[["A", "B", "A * B"]]]);
  expect(boxes(choice.element)).toEqual({ A: true, B: true, C: false, "A * B": true });
});

test("pairs are those of the chosen keys, without what is compared already", () => {
  const choose = vi.fn();
  const shown = { ...MEMORY, labels: ["A", "B", "C", "A * B"] };
  first(HTMLButtonElement, new PointerChoice(shown, choose).element, "button").click();

  expect(choose).toHaveBeenCalledWith(["A", "B", "C", "A * B", "A * C", "B * C"]);
  expect(pairsOf(["A"])).toEqual([]);
  expect(tidy(" A *\tB ")).toBe("A * B");
});

test("the last key stays chosen, and the default is asked for without any", () => {
  const choose = vi.fn();
  const choice = new PointerChoice({ ...MEMORY, labels: ["A"], dims: [0] }, choose);
  document.body.append(choice.element); // a box that is nowhere says nothing
  first(HTMLInputElement, choice.element, ".nnb-pointers input").click();
  const still = boxes(choice.element);
  first(HTMLButtonElement, choice.element, "button:last-child").click();

  expect(still.A).toBe(true);
  expect(choose.mock.calls).toEqual([[[]]]);
});

const COLOR = { type: "PointerNodeInfo", name: "color.node", title: "color" } as const;

function typing(text: string, expression: Expression): HTMLInputElement {
  document.body.append(expression.element);
  const entry = first(HTMLInputElement, expression.element, "input");
  entry.focus();
  enter(entry, text, "input");
  return entry;
}

test("an expression is checked as it is typed, and the sentence is beside it", () => {
  const expression = new Expression(COLOR, send);
  const entry = typing("A *", expression);
  const error = first(HTMLElement, expression.element, ".nnb-error");

  expression.checked({
    type: "Checked",
    name: "color.node",
    text: "A",
    error: "of what was there before",
  });
  const before = error.hidden;
  expression.checked({
    type: "Checked",
    name: "color.node",
    text: "A *",
    error: "A * is not complete",
  });

  expect(sent).toEqual([{ type: "CheckExpression", name: "color.node", text: "A *" }]);
  expect([before, error.hidden, error.textContent]).toEqual([true, false, "A * is not complete"]);
  expect(entry.classList.contains("nnb-wrong")).toBe(true);
});

test("an expression drives its node until that is released", () => {
  const expression = new Expression(COLOR, send);
  const entry = typing(" A *  B", expression);
  entry.dispatchEvent(new Event("change"));
  expression.update(""); // a frame that was made before
  const early = expression.element.classList.contains("nnb-held");
  expression.update("A * B");
  const held = expression.element.classList.contains("nnb-held");
  first(HTMLButtonElement, expression.element, "button[title^='Let color']").click();
  expression.update("A * B");
  expression.update("");

  expect(sent.filter(({ type }) => type !== "CheckExpression")).toEqual([
    { type: "Drive", name: "color.node", text: "A * B" },
    { type: "Release", name: "color.node" },
  ]);
  expect([early, held, expression.element.classList.contains("nnb-held"), entry.value]).toEqual([
    false, true, false, "",
  ]); // prettier-ignore
});

test("what another page has typed is shown, but not into what is being typed here", () => {
  const expression = new Expression(COLOR, send);
  expression.update("A");
  const entry = typing("B", expression);
  expression.update("C");

  expect(entry.value).toBe("B");
});

test("entries for expressions are added by the name of the module", () => {
  const additions = new Additions(send);
  const layout = {
    items: 1,
    item: 0,
    sliders: [],
    nodes: [],
    sources: [],
    expressions: [],
    pointer_nodes: [COLOR],
  };
  additions.update(layout as unknown as Layout);
  first(HTMLButtonElement, additions.element, "button[title='color as expression']").click();

  expect(sent).toEqual([{ type: "AddExpression", name: "color.node" }]);
});

test("the menu of a state says why nothing drives it, or shows where to type what does", () => {
  const tools = {
    bokeh: bokehOf(lineModels()),
    send,
    look: vi.fn(),
    hover: vi.fn(),
    sources: () => [],
  };
  const open = (info: PlotInfo): HTMLElement => {
    const card = new Card(info, tools);
    first(HTMLButtonElement, card.element, "button[title='Change or save this plot']").click();
    return card.element;
  };
  first(
    HTMLButtonElement,
    open({ ...MEMORY, drivers: ["color.node"] }),
    ".nnb-menu > button",
  ).click();

  expect(open({ ...MEMORY, undriven: "Nothing drives it" }).textContent).toContain(
    "Nothing drives it",
  );
  expect(sent).toEqual([{ type: "AddExpression", name: "color.node" }]);
});
