/**
 * The kernel behind a diagram: that of the notebook it stands in, asked over its channel as long as
 * that is alive.
 *
 * The name of a drawing says nothing of its kernel, so that a notebook that is run again is saved
 * as it was before.
 */

import type { AnyModel } from "@anywidget/types";
import { ignore } from "../dom/exhaustive";
import { page, type DiagramKernel } from "../dom/page";
import { endActivity, tellActivity } from "./activity";
import { tellHealth } from "./health_news";
import type { Done, InspectReply, ToBrowser, ToKernel, WatchReply } from "../protocol/diagram";
import { VERSION } from "../protocol/version";
import { tellPicture } from "./view_pictures";

/**
 * The id of the kernel behind a place: of a tab that names it, or else of the notebook around it.
 */
export function kernelAt(place: Element): string | undefined {
  const tab = place.closest<HTMLElement>("[data-nengo-nb-kernel]");
  return tab ? tab.dataset.nengoNbKernel : page().kernelAt?.(place);
}

/** The kernel behind an element; without an id, the one that connected last. */
export function kernelOf(place: Element): DiagramKernel | undefined {
  const id = kernelAt(place);
  return id === undefined ? [...page().kernels.values()].at(-1) : page().kernels.get(id);
}

/** The traits of a channel. */
export interface Channel {
  is_channel: boolean;
}

/** Milliseconds until a request counts as lost. */
const PATIENCE = 20_000;

/** The same where a network may have to be built and run for the reply. */
const LONG_PATIENCE = 1_800_000;

type Reply = InspectReply | Done | WatchReply;

/** Let diagrams ask over a channel; returns what makes it lost again. */
export function openChannel(model: AnyModel<Channel>): () => void {
  const kernel = kernelBehind(model);
  const waiting = new Map<number, (reply: Reply) => void>();
  let number = 0;
  const receive = (message: ToBrowser, buffers: DataView[]): void => {
    switch (message.type) {
      case "InspectReply":
      case "Done":
      case "WatchReply":
        waiting.get(message.id)?.(message);
        waiting.delete(message.id);
        break;
      case "Activity":
        tellActivity(message.drawing, kernel, buffers[0]);
        break;
      case "Health":
        tellHealth(message, kernel);
        break;
      case "ViewPicture":
        tellPicture(message);
        break;
      default:
        ignore(message);
    }
  };
  const ask = (request: ToKernel, patience: number): Promise<Reply> =>
    new Promise((resolve, reject) => {
      waiting.set(request.id, resolve);
      setTimeout(() => {
        if (waiting.delete(request.id))
          reject(new Error("The kernel does not answer: it may be busy, or gone."));
      }, patience);
      model.send(request);
    });
  // A reply has the kind of its request, as the kernel sees to.
  const client: DiagramKernel = {
    inspect: async (request) => {
      const type = "InspectRequest";
      const asked = ask({ type, version: VERSION, id: ++number, ...request }, PATIENCE);
      const reply: Partial<InspectReply> = (await asked) as InspectReply;
      // A kernel of another version has no more than a sentence, and offers nothing.
      return { ...(reply as InspectReply), offers: reply.offers ?? [] };
    },
    check: (request) =>
      ask(
        { type: "CheckRequest", version: VERSION, id: ++number, ...request },
        LONG_PATIENCE,
      ) as Promise<Done>,
    watch: (request) =>
      ask(
        { type: "WatchRequest", version: VERSION, id: ++number, ...request },
        LONG_PATIENCE,
      ) as Promise<WatchReply>,
  };
  const end = (): void => {
    endActivity(kernel);
  };
  model.on("msg:custom", receive);
  // The kernel was restarted, or has ended.
  model.on("comm_live_update", end);
  page().kernels.delete(kernel); // The newest one is the last one.
  page().kernels.set(kernel, client);
  return () => {
    model.off("msg:custom", receive);
    model.off("comm_live_update", end);
    end();
    if (page().kernels.get(kernel) === client) page().kernels.delete(kernel);
  };
}

/** The id of the kernel that a model belongs to, as JupyterLab's manager of widgets knows it. */
function kernelBehind(model: AnyModel<Channel>): string {
  const manager = model.widget_manager as { kernel?: { id?: string } | null } | undefined;
  return manager?.kernel?.id ?? "";
}
