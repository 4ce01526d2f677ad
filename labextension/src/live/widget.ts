/** The live view as a widget: joins a model in the kernel with views on the page. */

import type { AnyModel } from "@anywidget/types";
import { bringBokeh, type AsksForBokeh } from "../loader/bring_bokeh";
import { announce } from "../dom/page";
import { onPreference, preferences } from "../dom/preferences";
import type { Frame, ToBrowser, ToKernel } from "../protocol/live";
import { VERSION } from "../protocol/version";
import { View } from "./view";

interface State extends AsksForBokeh {
  uid: string;
}

let count = 0;

/** Milliseconds between two acknowledgements, each of which interrupts the kernel. */
const ACK_INTERVAL = 300;

/** Show a view in an element; returns what takes it away. */
function mount(model: AnyModel<State>, element: HTMLElement): () => void {
  const name = `${Date.now().toString(36)}-${count++}`;
  const stop = new AbortController();
  show(model, element, name, stop.signal).catch((error: unknown) => {
    element.textContent = `This live view cannot be shown: ${error instanceof Error ? error.message : String(error)}.`;
  });
  return () => {
    stop.abort();
  };
}

async function show(
  model: AnyModel<State>,
  element: HTMLElement,
  name: string,
  stopped: AbortSignal,
): Promise<void> {
  const send = (message: ToKernel): void => {
    model.send(message);
  };
  const bokeh = await bringBokeh(model);
  if (stopped.aborted) return;
  const view = new View(bokeh, send);
  view.element.dataset.uid = model.get("uid");
  element.append(view.element);
  let told = 0;
  let waiting: [Frame, Float32Array] | null = null;
  const draw = (): void => {
    if (!waiting || stopped.aborted) return;
    const [frame, numbers] = waiting;
    waiting = null;
    view.receive(frame, numbers);
    const now = performance.now();
    if (frame.playing && now - told < ACK_INTERVAL) return;
    told = now;
    send({ type: "Ack", view: name, number: frame.number });
  };
  const receive = (message: ToBrowser, buffers: DataView[]): void => {
    if (message.type === "BokehScript") return;
    if (message.type !== "Frame") {
      view.receive(message, new Float32Array());
      return;
    }
    if (!waiting) requestAnimationFrame(draw);
    waiting = [message, numbersOf(buffers[0])];
  };
  model.on("msg:custom", receive);
  model.on("comm_live_update", () => {
    view.end("The kernel of this view is gone. Run the cell again to go on.");
  });
  const hide = (): void => {
    send({ type: "Hide", view: name, hidden: document.hidden });
  };
  document.addEventListener("visibilitychange", hide, { signal: stopped });
  const prefer = (): void => {
    send(preferences());
  };
  onPreference(prefer, stopped);
  stopped.addEventListener("abort", () => {
    model.off("msg:custom", receive);
    view.remove();
  });
  prefer();
  send({ type: "Ready", view: name, version: VERSION });
}

/** The numbers of a frame, without a copy where they are aligned. */
function numbersOf(buffer: DataView | undefined): Float32Array {
  if (!buffer) return new Float32Array();
  if (buffer.byteOffset % 4 === 0) {
    return new Float32Array(buffer.buffer, buffer.byteOffset, buffer.byteLength / 4);
  }
  return new Float32Array(
    buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength),
  );
}

export default {
  initialize({ model }: { model: AnyModel<State> }): () => void {
    return announce(model.get("uid"), (element) => mount(model, element));
  },
  render({ model, el }: { model: AnyModel<State>; el: HTMLElement }): () => void {
    return mount(model, el);
  },
};
