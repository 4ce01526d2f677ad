// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { Keyboard } from "../src/live/keyboard";
import { takeKeys } from "../src/live/keys";
import { send, sent } from "./frames";

const INFO = { type: "KeyboardInfo" as const, name: "keys", keys: ["ArrowLeft", "a", "A"] };

beforeEach(() => {
  sent.length = 0;
  document.body.replaceChildren();
});

/** A keyboard that has the focus, in a view with an action, in a page that listens to all keys. */
function opened(): { area: HTMLElement; keyboard: Keyboard; play: () => void; page: () => void } {
  const keyboard = new Keyboard(INFO, send);
  const root = document.createElement("div");
  const [play, page] = [vi.fn(), vi.fn()];
  root.tabIndex = 0;
  root.append(keyboard.element);
  document.body.append(root);
  takeKeys(root, { " ": play }, new AbortController().signal);
  document.body.addEventListener("keydown", page);
  keyboard.element.focus();
  return { area: keyboard.element, keyboard, play, page };
}

function key(area: HTMLElement, type: string, name: string, more: KeyboardEventInit = {}): Event {
  const code = name.length === 1 ? `Key${name.toUpperCase()}` : name;
  const event = new KeyboardEvent(type, {
    key: name,
    code,
    bubbles: true,
    cancelable: true,
    ...more,
  });
  area.dispatchEvent(event);
  return event;
}

const held = (): string[][] =>
  sent.map((message) => (message.type === "HoldKeys" ? message.held : []));

test("keys are told when they go down and up, and not while they repeat", () => {
  const { area, page } = opened();

  const down = key(area, "keydown", "ArrowLeft");
  key(area, "keydown", "ArrowLeft", { repeat: true });
  key(area, "keydown", "a");
  key(area, "keyup", "ArrowLeft");
  key(area, "keyup", "a");

  expect(held()).toEqual([["ArrowLeft"], ["ArrowLeft", "a"], ["a"], []]);
  expect(down.defaultPrevented).toBe(true);
  expect(page).not.toHaveBeenCalled();
});

test("other keys do nothing, neither in the model nor in the view nor in the notebook", () => {
  const { area, play, page } = opened();

  for (const name of ["b", " ", "Enter", "ArrowRight"]) key(area, "keydown", name);

  expect(sent).toEqual([]);
  expect(play).not.toHaveBeenCalled();
  expect(page).not.toHaveBeenCalled();
});

test("a command is left to the notebook, and Escape leaves the area", () => {
  const { area, page } = opened();

  expect(key(area, "keydown", "a", { ctrlKey: true }).defaultPrevented).toBe(false);
  expect(page).toHaveBeenCalledTimes(1);
  key(area, "keydown", "Escape");

  expect(document.activeElement).toBe(document.body);
  expect(sent).toEqual([]);
});

test("a key that was pressed without shift is lifted with it", () => {
  const { area } = opened();

  key(area, "keydown", "a");
  key(area, "keyup", "A");

  expect(held()).toEqual([["a"], []]);
});

test("all keys are lifted when the area loses the focus", () => {
  const { area } = opened();

  key(area, "keydown", "a");
  area.blur();

  expect(held()).toEqual([["a"], []]);
  expect(area.querySelector(".nnb-pressed")).toBeNull();
});

test("a click gives the area the focus, and the view does not take it", () => {
  const { area } = opened();
  area.blur();

  area.dispatchEvent(new MouseEvent("pointerdown", { bubbles: true }));

  expect(document.activeElement).toBe(area);
});
