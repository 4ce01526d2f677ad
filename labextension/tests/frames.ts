/** Frames of a live view to test with, and a record of what is sent to the kernel. */

import type { Frame, ToKernel } from "../src/protocol/live";

/** Messages that `send` was given since they were last cleared. */
export const sent: ToKernel[] = [];
export const send = (message: ToKernel): void => void sent.push(message);

/** A paused run of 3 s, of which the last 2 s are shown. */
export function frame(values: Partial<Frame> = {}): Frame {
  return {
    type: "Frame", number: 1, time: 3, n_steps: 3000, playing: false, compiling: false, speed: 1, ratio: 1, rate: 9000,
    ended: "", error: "", traceback: "", begin: 1, end: 3, follows: true, length: 2, moments: [0, 1], kept: 0, megabytes: 256, runs: [], latest: 0, forgotten: "", sweep: null, held: [], values: [], typed: [], parts: [],
    ...values,
  }; // prettier-ignore
}

/** The first element that a selector finds; it is an error if there is none, or another one. */
export function first<Kind extends Element>(
  kind: new () => Kind,
  root: ParentNode,
  selector: string,
): Kind {
  const found = root.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`there is no ${selector}`);
  return found;
}

/** Give a control a value as somebody would, and tell its listeners. */
export function enter(
  control: HTMLInputElement | HTMLSelectElement,
  value: string,
  event = "change",
): void {
  control.value = value;
  control.dispatchEvent(new Event(event));
}
