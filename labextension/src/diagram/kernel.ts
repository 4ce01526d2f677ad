/**
 * The kernel behind a diagram: that of the notebook it stands in, asked over its channel as long as
 * that is alive.
 *
 * The name of a drawing says nothing of its kernel, so that a notebook that is run again is saved
 * as it was before.
 */

import type { AnyModel } from "@anywidget/types";
import { ignore } from "../dom/exhaustive";
import { page, type Ask } from "../dom/page";
import { endActivity, tellActivity } from "./activity";
import type { InspectReply, InspectRequest, ToBrowser } from "../protocol/diagram";
import { VERSION } from "../protocol/version";

/**
 * The id of the kernel behind a place: of a tab that names it, or else of the notebook around it.
 */
export function kernelAt(place: Element): string | undefined {
  const tab = place.closest<HTMLElement>("[data-nengo-nb-kernel]");
  return tab ? tab.dataset.nengoNbKernel : page().kernelAt?.(place);
}

/**
 * Request function of the kernel behind an element; without an id, of the one that connected last.
 */
export function kernelOf(place: Element): Ask | undefined {
  const id = kernelAt(place);
  return id === undefined ? [...page().kernels.values()].at(-1) : page().kernels.get(id);
}

/** The traits of a channel. */
export interface Channel {
  is_channel: boolean;
}

const PATIENCE = 20_000;

/** Let diagrams ask over a channel; returns what makes it lost again. */
export function openChannel(model: AnyModel<Channel>): () => void {
  const kernel = kernelBehind(model);
  const waiting = new Map<number, (reply: InspectReply) => void>();
  let number = 0;
  const receive = (message: ToBrowser, buffers: DataView[]): void => {
    switch (message.type) {
      case "InspectReply":
        waiting.get(message.id)?.(message);
        waiting.delete(message.id);
        break;
      case "Activity":
        tellActivity(message.drawing, kernel, buffers[0]);
        break;
      default:
        ignore(message);
    }
  };
  const ask: Ask = (request) =>
    new Promise((resolve, reject) => {
      const id = ++number;
      waiting.set(id, resolve);
      setTimeout(() => {
        if (waiting.delete(id))
          reject(new Error("The kernel does not answer: it may be busy, or gone."));
      }, PATIENCE);
      model.send({
        type: "InspectRequest",
        version: VERSION,
        id,
        ...request,
      } satisfies InspectRequest);
    });
  const end = (): void => {
    endActivity(kernel);
  };
  model.on("msg:custom", receive);
  // The kernel was restarted, or has ended.
  model.on("comm_live_update", end);
  page().kernels.delete(kernel); // The newest one is the last one.
  page().kernels.set(kernel, ask);
  return () => {
    model.off("msg:custom", receive);
    model.off("comm_live_update", end);
    end();
    if (page().kernels.get(kernel) === ask) page().kernels.delete(kernel);
  };
}

/** The id of the kernel that a model belongs to, as JupyterLab's manager of widgets knows it. */
function kernelBehind(model: AnyModel<Channel>): string {
  const manager = model.widget_manager as { kernel?: { id?: string } | null } | undefined;
  return manager?.kernel?.id ?? "";
}
