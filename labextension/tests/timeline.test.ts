// @vitest-environment jsdom
import { beforeEach, expect, test } from "vitest";
import { Timeline } from "../src/live/timeline";
import { enter, first, frame, send, sent } from "./frames";

let timeline: Timeline;

beforeEach(() => {
  sent.length = 0;
  timeline = new Timeline(send);
  document.body.replaceChildren(timeline.element);
});

const range = (): HTMLInputElement =>
  first(HTMLInputElement, timeline.element, "input[type=range]");
const length = (): HTMLSelectElement => first(HTMLSelectElement, timeline.element, "select");
const live = (): HTMLButtonElement => first(HTMLButtonElement, timeline.element, ".nnb-live");
const back = (): HTMLButtonElement =>
  first(HTMLButtonElement, timeline.element, "button[title^='Go back']");
const ticks = (): HTMLElement[] => [
  ...timeline.element.querySelectorAll<HTMLElement>(".nnb-ticks i"),
];

test("the slider is as long as the recording, and stands where the window ends", () => {
  timeline.update(frame({ time: 3, end: 1.5, follows: false }));

  expect(range().max).toBe("3");
  expect(range().valueAsNumber).toBe(1.5);
  expect(first(HTMLElement, timeline.element, ".nnb-window").textContent).toBe("1.500 s");
});

test("scrubbing looks at that time, and at the end follows again", () => {
  timeline.update(frame({ time: 3 }));

  enter(range(), "1.5", "input");
  enter(range(), "3", "input");

  expect(sent).toEqual([
    { type: "LookUntil", end: 1.5 },
    { type: "LookUntil", end: null },
  ]);
});

test("a frame does not move the slider in somebody's hand, unless the view follows", () => {
  range().focus();
  timeline.update(frame({ follows: false, end: 2 }));
  range().valueAsNumber = 0.5;

  timeline.update(frame({ follows: false, end: 2 }));
  const held = range().valueAsNumber;
  timeline.update(frame({ follows: true, end: 3 }));

  expect(held).toBe(0.5);
  expect(range().valueAsNumber).toBe(3);
});

test("one button follows the simulation, and says whether the view does", () => {
  timeline.update(frame({ follows: false, end: 1.5 }));
  const before = live().getAttribute("aria-pressed");

  live().click();
  timeline.update(frame({ follows: true }));

  expect(sent).toEqual([{ type: "LookUntil", end: null }]);
  expect([before, live().getAttribute("aria-pressed")]).toEqual(["false", "true"]);
  expect(first(HTMLElement, timeline.element, ".nnb-window").textContent).toBe("");
});

test("a window that ends now follows the simulation, any other one stays", () => {
  timeline.update(frame());

  timeline.look(2.5, 3);
  timeline.look(0.5, 1.5);

  expect(sent).toEqual([
    { type: "Look", length: 0.5, end: null },
    { type: "Look", length: 1, end: 1.5 },
  ]);
});

test("a window that does not follow stays, also where it ends now", () => {
  timeline.update(frame({ follows: false, end: 3 }));

  timeline.look(2, 3);

  expect(sent).toEqual([{ type: "Look", length: 1, end: 3 }]);
});

test("no window begins before the simulation does", () => {
  timeline.update(frame({ follows: false, end: 1.5 }));

  timeline.look(-1, 1);

  expect(sent).toEqual([{ type: "Look", length: 2, end: 2 }]);
});

test("how much time is shown is asked for before the kernel has answered", () => {
  timeline.update(frame({ follows: false, end: 1.5, length: 0.3 }));

  timeline.follow();
  enter(length(), "5");

  expect(sent).toEqual([
    { type: "LookUntil", end: null },
    { type: "LookFor", length: 5 },
  ]);
});

test("a length that nobody offered is in the list once, with three digits", () => {
  const before = length().options.length;

  timeline.update(frame({ length: 0.123456 }));
  timeline.update(frame({ length: 0.1234 }));

  expect(length().value).toBe("0.123");
  expect(length().options.length).toBe(before + 1);
});

test("frames leave the list of lengths alone while somebody chooses from it", () => {
  length().focus();
  length().value = "60";

  timeline.update(frame({ length: 2 }));

  expect(length().value).toBe("60");
});

test("going back is possible only from a time that was scrubbed to, to a moment that was stored", () => {
  timeline.update(frame());
  const following = back().disabled;
  timeline.update(frame({ follows: false, end: 1.5, moments: [] }));
  const empty = back().disabled;
  timeline.update(frame({ follows: false, end: 1.5, moments: [0, 1] }));

  back().click();

  expect([following, empty]).toEqual([true, true]);
  expect(sent).toEqual([{ type: "GoBack", time: 1.5 }]);
});

test("a tick stands at each stored moment, as far along as its time is", () => {
  timeline.update(frame({ time: 4, moments: [0, 1, 3] }));

  expect(ticks().map((tick) => tick.style.left)).toEqual(["0%", "25%", "75%"]);
});

test("where the oldest samples were forgotten, the slider begins after them and says so", () => {
  timeline.update(frame({ time: 400, kept: 300, end: 400, moments: [0, 200, 325] }));

  const kept = first(HTMLElement, timeline.element, ".nnb-kept");
  expect(range().min).toBe("300");
  expect(kept.textContent).toBe("from 300.000 s on (256 MB)");
  expect(kept.title).toContain("history_megabytes");
  expect(ticks().map((tick) => tick.style.left)).toEqual(["25%"]);
  timeline.update(frame());
  expect(kept.hidden).toBe(true);
  expect(range().min).toBe("0");
});

test("ticks are drawn again only where there is another moment, or much more time", () => {
  timeline.update(frame({ time: 4, moments: [0, 1] }));
  const [once] = ticks();

  timeline.update(frame({ time: 4.01, moments: [0, 1] }));
  const [same] = ticks();
  timeline.update(frame({ time: 5, moments: [0, 1] }));
  const [later] = ticks();

  expect(same).toBe(once);
  expect(later).not.toBe(once);
  expect(ticks().map((tick) => tick.style.left)).toEqual(["0%", "20%"]);
});
