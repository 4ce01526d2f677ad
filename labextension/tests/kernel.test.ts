/** The channel: questions and answers find each other, and a channel that is gone is found no more. */

import type { AnyModel } from "@anywidget/types";
import { expect, test, vi } from "vitest";
import { kernelOf, openChannel, type Channel } from "../src/diagram/kernel";
import { followActivity } from "../src/diagram/activity";
import type { LookRequest } from "../src/diagram/messages";

function channel(): {
  model: AnyModel<Channel>;
  sent: LookRequest[];
  tell: (reply: object, buffer?: DataView) => void;
} {
  const listeners: ((message: unknown, buffers: DataView[]) => void)[] = [];
  const sent: LookRequest[] = [];
  const model = {
    get: () => "uid",
    on: (_event: string, listener: (message: unknown, buffers: DataView[]) => void) =>
      listeners.push(listener),
    off: vi.fn(),
    send: (message: LookRequest) => sent.push(message),
  } as unknown as AnyModel<Channel>;
  const tell = (reply: object, buffer?: DataView): void => {
    listeners.forEach((listen) => {
      listen(reply, buffer ? [buffer] : []);
    });
  };
  return { model, sent, tell };
}

test("two questions get their own answers, in whatever order they come", async () => {
  const { model, sent, tell } = channel();
  const close = openChannel(model);
  const ask = kernelOf("uid/3");
  if (!ask) throw new Error("there is no channel");
  const answers = [0, 1].map((index) => ask({ drawing: "uid/3", what: "box", index, copy: 0 }));
  tell({ type: "looked", id: sent[1]?.id ?? 0, note: "second" });
  tell({ type: "looked", id: sent[0]?.id ?? 0, note: "first" });

  expect((await Promise.all(answers)).map((answer) => answer.note)).toEqual(["first", "second"]);
  close();
  expect(kernelOf("uid/3")).toBeUndefined();
});

test("a kernel that does not answer is an error after a while", async () => {
  vi.useFakeTimers();
  const { model } = channel();
  const close = openChannel(model);
  const answer = kernelOf("uid/1")?.({ drawing: "uid/1", what: "box", index: 0, copy: 0 });
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
  followActivity("uid/1", (values) => shown.push([...values]), stop.signal);
  const bytes = new Float32Array([9, 0.25, 0.5]);
  tell({ type: "activity", drawing: "uid/1" }, new DataView(bytes.buffer, 4));
  tell({ type: "activity", drawing: "uid/2" }, new DataView(bytes.buffer));
  tell({ type: "activity", drawing: "uid/1" });
  stop.abort();
  tell({ type: "activity", drawing: "uid/1" }, new DataView(bytes.buffer));

  expect(shown).toEqual([[0.25, 0.5]]);
  close();
});
