// @vitest-environment jsdom
/**
 * The channel: questions and answers find each other, and a channel that is gone is found no more.
 */

import type { AnyModel } from "@anywidget/types";
import { afterEach, expect, test, vi } from "vitest";
import { kernelOf, openChannel, type Channel } from "../src/diagram/kernel";
import { followActivity } from "../src/diagram/activity";
import type { ToKernel } from "../src/protocol/diagram";
import { page } from "../src/dom/page";

afterEach(() => {
  delete page().kernelAt;
  document.body.replaceChildren();
});

/** A place on the page, in a notebook or a tab whose kernel is known or not. */
function place(kernel?: string): HTMLElement {
  const element = document.createElement("div");
  const tab = document.createElement("div");
  if (kernel !== undefined) tab.dataset.nengoNbKernel = kernel;
  tab.append(element);
  document.body.append(tab);
  return element;
}

function channel(kernel = ""): {
  model: AnyModel<Channel>;
  sent: ToKernel[];
  tell: (reply: object, buffer?: DataView) => void;
  restart: () => void;
} {
  type Listener = (message: unknown, buffers: DataView[]) => void;
  const listeners: [string, Listener][] = [];
  const sent: ToKernel[] = [];
  const model = {
    get: () => true,
    widget_manager: { kernel: kernel ? { id: kernel } : null },
    on: (event: string, listener: Listener) => listeners.push([event, listener]),
    off: vi.fn(),
    send: (message: ToKernel) => sent.push(message),
  } as unknown as AnyModel<Channel>;
  const emit = (event: string, message: unknown, buffers: DataView[]): void => {
    for (const [name, listen] of listeners) if (name === event) listen(message, buffers);
  };
  const tell = (reply: object, buffer?: DataView): void => {
    emit("msg:custom", reply, buffer ? [buffer] : []);
  };
  const restart = (): void => {
    emit("comm_live_update", undefined, []);
  };
  return { model, sent, tell, restart };
}

test("two questions get their own answers, in whatever order they come", async () => {
  const { model, sent, tell } = channel();
  const close = openChannel(model);
  const kernel = kernelOf(place());
  if (!kernel) throw new Error("there is no channel");
  const answers = [0, 1].map((index) =>
    kernel.inspect({ drawing: "drawing/3", what: "box", index, copy: 0, dimension: 0 }),
  );
  tell({ type: "InspectReply", id: sent[1]?.id ?? 0, note: "second" });
  tell({ type: "InspectReply", id: sent[0]?.id ?? 0, note: "first" });

  expect((await Promise.all(answers)).map((answer) => answer.note)).toEqual(["first", "second"]);
  close();
  expect(kernelOf(place())).toBeUndefined();
});

test("a kernel that does not answer is an error after a while", async () => {
  vi.useFakeTimers();
  const { model } = channel();
  const close = openChannel(model);
  const answer = kernelOf(place())?.inspect({
    drawing: "drawing/1",
    what: "box",
    index: 0,
    copy: 0,
    dimension: 0,
  });
  const failed = expect(answer).rejects.toThrow("does not answer");
  await vi.runAllTimersAsync();

  await failed;
  close();
  vi.useRealTimers();
});

test("activity is told to whoever follows that drawing, and only until it stops", () => {
  const { model, tell } = channel();
  const close = openChannel(model);
  const stop = new AbortController();
  const shown: number[][] = [];
  followActivity(
    "drawing/1",
    () => undefined,
    (values) => shown.push([...values]),
    stop.signal,
  );
  const bytes = new Float32Array([9, 0.25, 0.5]);
  tell({ type: "Activity", drawing: "drawing/1" }, new DataView(bytes.buffer, 4));
  tell({ type: "Activity", drawing: "drawing/2" }, new DataView(bytes.buffer));
  tell({ type: "Activity", drawing: "drawing/1" });
  stop.abort();
  tell({ type: "Activity", drawing: "drawing/1" }, new DataView(bytes.buffer));

  expect(shown).toEqual([[0.25, 0.5]]);
  close();
});

test("two notebooks with the same drawing each ask their own kernel", () => {
  const [one, two] = [channel("one"), channel("two")];
  const closes = [openChannel(one.model), openChannel(two.model)];
  page().kernelAt = () => "one";

  void kernelOf(place())?.inspect({
    drawing: "drawing/1",
    what: "box",
    index: 0,
    copy: 0,
    dimension: 0,
  });
  void kernelOf(place("two"))?.inspect({
    drawing: "drawing/1",
    what: "box",
    index: 1,
    copy: 0,
    dimension: 0,
  });

  expect([
    one.sent.map((request) => "index" in request && request.index),
    two.sent.map((request) => "index" in request && request.index),
  ]).toEqual([[0], [1]]);
  expect(kernelOf(place("three"))).toBeUndefined();
  closes.forEach((close) => {
    close();
  });
});

test("nothing glows any more whose kernel was restarted, and what another one runs goes on", () => {
  const [one, two] = [channel("one"), channel("two")];
  const closes = [openChannel(one.model), openChannel(two.model)];
  const stop = new AbortController();
  const shown: Record<string, number[][]> = { one: [], two: [] };
  for (const kernel of ["one", "two"]) {
    const show = (values: Float32Array): void => void shown[kernel]?.push([...values]);
    followActivity("drawing/1", () => kernel, show, stop.signal);
  }
  one.tell(
    { type: "Activity", drawing: "drawing/1" },
    new DataView(new Float32Array([0.5]).buffer),
  );

  one.restart();

  expect(shown).toEqual({ one: [[0.5], []], two: [] });
  stop.abort();
  closes.forEach((close) => {
    close();
  });
});

test("the activity of another kernel is not shown", () => {
  const [one, two] = [channel("one"), channel("two")];
  const closes = [openChannel(one.model), openChannel(two.model)];
  const stop = new AbortController();
  const shown: number[][] = [];
  followActivity(
    "drawing/1",
    () => "two",
    (values) => shown.push([...values]),
    stop.signal,
  );

  for (const { tell } of [one, two])
    tell({ type: "Activity", drawing: "drawing/1" }, new DataView(new Float32Array([0.5]).buffer));

  expect(shown).toEqual([[0.5]]);
  stop.abort();
  closes.forEach((close) => {
    close();
  });
});
