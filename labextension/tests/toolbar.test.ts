// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { Toolbar } from "../src/live/toolbar";
import { enter, first, frame, send, sent } from "./frames";

let toolbar: Toolbar;

beforeEach(() => {
  sent.length = 0;
  toolbar = new Toolbar(send);
  document.body.replaceChildren(toolbar.element);
});

const button = (title: string): HTMLButtonElement =>
  first(HTMLButtonElement, toolbar.element, `button[title^="${title}"]`);
const entry = (label: string): HTMLInputElement =>
  first(HTMLInputElement, toolbar.element, `input[aria-label^="${label}"]`);
const speed = (): HTMLSelectElement => first(HTMLSelectElement, toolbar.element, "select");
const text = (of: string): string | null =>
  first(HTMLElement, toolbar.element, `.nnb-${of}`).textContent;

test("one button plays and pauses, and says which of them it does", () => {
  button("Play").click();
  toolbar.update(frame({ playing: true }));
  button("Pause").click();
  toolbar.update(frame({ playing: false }));

  expect(sent).toEqual([{ type: "Play" }, { type: "Pause" }]);
  expect(button("Play").getAttribute("aria-label")).toBe("Play (space)");
});

test("two clicks play and pause, though no frame came in between, nor one that is new", () => {
  button("Play").click();
  toolbar.update(frame({ playing: false })); // made before the kernel heard of it
  button("Pause").click();
  toolbar.update(frame({ playing: true }));
  button("Play").click();

  expect(sent.map((message) => message.type)).toEqual(["Play", "Pause", "Play"]);
});

test("what is not possible is not asked for any more", () => {
  button("Play").click();
  toolbar.forget();
  button("Play").click();

  expect(sent.map((message) => message.type)).toEqual(["Play", "Play"]);
});

test("frames are believed after a while, as a run may end at once", () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  button("Play").click();
  vi.advanceTimersByTime(6000);
  toolbar.update(frame({ playing: false }));
  vi.useRealTimers();

  button("Play").click();
  expect(sent.map((message) => message.type)).toEqual(["Play", "Play"]);
});

test("a simulation that has ended cannot be played, and says why", () => {
  toolbar.update(frame({ ended: "its simulator was closed" }));
  button("Play").click();

  expect(sent).toEqual([]);
  expect(text("pace")).toBe("ended: its simulator was closed");
});

test("as many steps are taken as were typed", () => {
  enter(entry("Number of steps"), "25");
  button("Take these steps").click();

  expect(sent).toEqual([{ type: "Step", steps: 25 }]);
});

test.each(["0", "-3", "1.5", "many", ""])(
  "%j is no number of steps, and is marked until it is",
  (typed) => {
    const steps = entry("Number of steps");
    enter(steps, typed);
    toolbar.step();
    const marked = steps.classList.contains("nnb-wrong");
    enter(steps, "2");
    toolbar.step();

    expect(marked).toBe(true);
    expect(steps.classList.contains("nnb-wrong")).toBe(false);
    expect(sent).toEqual([{ type: "Step", steps: 2 }]);
  },
);

test("it runs to a time that was typed, with a dot or a comma", () => {
  enter(entry("Run to this time"), "soon");
  const marked = entry("Run to this time").classList.contains("nnb-wrong");
  enter(entry("Run to this time"), "2,5");

  expect(marked).toBe(true);
  expect(entry("Run to this time").classList.contains("nnb-wrong")).toBe(false);
  expect(sent).toEqual([{ type: "RunTo", time: 2.5 }]);
});

test("a speed is a multiple of real time, or none: as fast as possible", () => {
  enter(speed(), "0.1");
  enter(speed(), "");

  expect(sent).toEqual([
    { type: "Speed", factor: 0.1 },
    { type: "Speed", factor: null },
  ]);
});

test("a speed that code chose is shown, and is in the list once", () => {
  const before = speed().options.length;

  toolbar.update(frame({ speed: 3 }));
  toolbar.update(frame({ speed: null }));
  const fastest = speed().selectedOptions[0]?.text;
  toolbar.update(frame({ speed: 3 }));

  expect(fastest).toBe("as fast as possible");
  expect(speed().value).toBe("3");
  expect(speed().selectedOptions[0]?.text).toBe("3×");
  expect(speed().options.length).toBe(before + 1);
});

test("frames leave the list of speeds alone while somebody chooses from it", () => {
  speed().focus();
  speed().value = "10";

  toolbar.update(frame({ speed: 1 }));

  expect(speed().value).toBe("10");
});

test("it says where the simulation is, and how fast it runs", () => {
  toolbar.update(frame({ time: 1.25, playing: true, ratio: 0.5, rate: 12_345 }));

  expect(text("time")).toBe("1.250 s");
  expect(text("pace")).toBe("0.50× real time · up to 12k steps/s");
});

test.each([
  [{ playing: true, compiling: true }, "compiling …"],
  [{ playing: false }, "paused"],
])("a run with %j is said to be %s", (values, state) => {
  toolbar.update(frame(values));

  expect(text("pace")).toBe(state);
});

test("a reset goes back to the start", () => {
  button("Back to the start").click();

  expect(sent).toEqual([{ type: "Reset" }]);
});
