// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { takeKeys } from "../src/live/keys";
import { first } from "./frames";

let root: HTMLElement;
let stop: AbortController;
const play = vi.fn();
const step = vi.fn();
/** Keys that came through to the notebook around the view. */
const outside: string[] = [];
/** Keys for which JupyterLab would look among its shortcuts. */
const shortcuts: string[] = [];

const seen = (event: KeyboardEvent): void => void outside.push(event.key);
const looked = (event: KeyboardEvent): void => {
  if (event.target instanceof Element && !event.target.closest("[data-lm-suppress-shortcuts]")) {
    shortcuts.push(event.key);
  }
};

beforeEach(() => {
  root = document.createElement("div");
  root.tabIndex = 0;
  root.innerHTML = `<button>b</button><select></select><input type="range" /><input type="checkbox" />
    <input type="text" /><div class="plot"></div>`;
  document.body.replaceChildren(root);
  stop = new AbortController();
  play.mockClear();
  step.mockClear();
  outside.length = shortcuts.length = 0;
  document.body.addEventListener("keydown", seen);
  document.addEventListener("keydown", looked, true);
  takeKeys(root, { " ": play, r: step, ArrowRight: step }, stop.signal);
});

afterEach(() => {
  stop.abort();
  document.body.removeEventListener("keydown", seen);
  document.removeEventListener("keydown", looked, true);
});

const find = (selector: string): HTMLElement => first(HTMLElement, root, selector);

function press(target: HTMLElement, key: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  return event;
}

test.each([".plot", "select", "input[type=range]"])(
  "space plays also from inside of %s",
  (selector) => {
    const event = press(find(selector), " ");

    expect(play).toHaveBeenCalledOnce();
    expect(event.defaultPrevented).toBe(true);
  },
);

test("a click into a plot gives the view the focus, though a plot takes the click for itself", () => {
  find(".plot").dispatchEvent(new MouseEvent("pointerdown", { bubbles: true }));

  expect(document.activeElement).toBe(root);
});

test("after a click on a button space plays, and does not press it again", () => {
  find("button").focus();
  find("button").dispatchEvent(new MouseEvent("click", { bubbles: true, detail: 1 }));

  expect(document.activeElement).toBe(root);
});

test("a button that the keyboard has reached is pressed by it", () => {
  find("button").focus();
  find("button").click(); // as a browser does for space or Enter
  const event = press(find("button"), " ");

  expect(document.activeElement).toBe(find("button"));
  expect(event.defaultPrevented).toBe(false);
  expect(play).not.toHaveBeenCalled();
});

test("what is typed is typed, and after Enter the view has its keys again", () => {
  const entry = find("input[type=text]");
  entry.focus();

  for (const key of [" ", "r", "ArrowRight", "Enter"]) press(entry, key);

  expect(play).not.toHaveBeenCalled();
  expect(step).not.toHaveBeenCalled();
  expect(document.activeElement).toBe(root);
});

test("arrows move the slider that has the focus, and letters are the view's", () => {
  press(find("input[type=range]"), "ArrowRight");
  const before = step.mock.calls.length;
  press(find("input[type=range]"), "r");

  expect([before, step.mock.calls.length]).toEqual([0, 1]);
});

test("no letter reaches the notebook, wherever in the view the focus is", () => {
  for (const target of [root, ...root.querySelectorAll<HTMLElement>("*")]) {
    for (const key of ["a", "d", "r", " ", "0"]) press(target, key);
  }

  expect(outside).toEqual([]);
  expect(shortcuts).toEqual([]);
});

test("JupyterLab's commands with Ctrl work in the view, but for those of text and cells", () => {
  for (const key of ["s", "x", "C"]) press(find(".plot"), key, { ctrlKey: true });

  expect(shortcuts).toEqual(["s"]);
});
