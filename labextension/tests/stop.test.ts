// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { serveStop } from "../src/lab/stop";

const HEAD = `<button class="nengo-nb-stop" hidden>Stop</button><span class="nengo-nb-stop-hint">Interrupt</span>`;
const interrupt = vi.fn();
serveStop(document, interrupt);

beforeEach(() => {
  interrupt.mockClear();
  document.body.innerHTML = `<div class="jp-Notebook">${HEAD}</div><div class="elsewhere">${HEAD}</div>`;
});

function find(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`there is no ${selector}`);
  return found;
}

test("in a notebook the button is there in place of the hint, and nowhere else", () => {
  const shown = (selector: string) => getComputedStyle(find(selector)).display !== "none";

  expect(shown(".jp-Notebook button")).toBe(true);
  expect(shown(".jp-Notebook span")).toBe(false);
  expect(shown(".elsewhere button")).toBe(false);
  expect(shown(".elsewhere span")).toBe(true);
});

test("a click interrupts once and says so", () => {
  const button = find(".jp-Notebook button");

  button.click();
  button.click();

  expect(interrupt).toHaveBeenCalledExactlyOnceWith(button);
  expect(button.textContent).toBe("Stopping…");
});

test("a click on anything else interrupts nothing", () => {
  find(".jp-Notebook span").click();
  find(".elsewhere button").click();

  expect(interrupt).not.toHaveBeenCalled();
});
