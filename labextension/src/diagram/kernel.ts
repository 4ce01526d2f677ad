/** The kernel behind a diagram: asked over the channel of the kernel that made it, as long as that is alive. */

import type { AnyModel } from "@anywidget/types";
import { page } from "../shared/page";
import { tellActivity } from "./activity";
import type { ActivityMessage, Ask, LookReply, LookRequest } from "./messages";
import { VERSION } from "./saved";

/** What asks the kernel that made a drawing; `CHANNEL/NUMBER` is what a drawing is called. */
export function kernelOf(drawing: string): Ask | undefined {
  return page().kernels.get(drawing.split("/")[0] ?? "");
}

/** The traits of a channel. */
export interface Channel {
  uid: string;
}

const PATIENCE = 20_000;

/** Let diagrams ask over a channel; returns what makes it lost again. */
export function openChannel(model: AnyModel<Channel>): () => void {
  const waiting = new Map<number, (reply: LookReply) => void>();
  let number = 0;
  const receive = (message: LookReply | ActivityMessage, buffers: DataView[]): void => {
    switch (message.type) {
      case "looked":
        waiting.get(message.id)?.(message);
        waiting.delete(message.id);
        break;
      case "activity":
        tellActivity(message.drawing, buffers[0]);
        break;
    }
  };
  const ask: Ask = (request) =>
    new Promise((resolve, reject) => {
      const id = ++number;
      waiting.set(id, resolve);
      setTimeout(() => {
        if (waiting.delete(id)) reject(new Error("The kernel does not answer: it may be busy, or gone."));
      }, PATIENCE);
      model.send({ type: "look", version: VERSION, id, ...request } satisfies LookRequest);
    });
  const uid = model.get("uid");
  model.on("msg:custom", receive);
  page().kernels.set(uid, ask);
  return () => {
    model.off("msg:custom", receive);
    if (page().kernels.get(uid) === ask) page().kernels.delete(uid);
  };
}
