/**
 * The diagram as a widget: a channel to the kernel for all diagrams of a page, or a view of one of
 * them.
 */

import type { AnyModel } from "@anywidget/types";
import { mountDiagram } from "./diagram";
import { kernelOf, openChannel, type Channel } from "./kernel";
import { LayoutService } from "./layout_service";
import { startThread } from "./thread";
import type { ArrangementStore } from "../dom/page";

interface Drawn extends Channel {
  saved: unknown;
  /** How a person has arranged it. */
  arrangement: object;
}

const layoutService = new LayoutService(startThread);

export default {
  initialize({ model }: { model: AnyModel<Drawn> }): (() => void) | undefined {
    return model.get("is_channel") ? openChannel(model) : undefined;
  },
  render({ model, el }: { model: AnyModel<Drawn>; el: HTMLElement }): () => void {
    const store: ArrangementStore = {
      read: () => model.get("arrangement"),
      write: (_title, kept) => {
        model.set("arrangement", kept ?? {});
        model.save_changes();
      },
    };
    const handle = mountDiagram(el, model.get("saved"), kernelOf, layoutService, () => store);
    return () => {
      handle.dispose();
    };
  },
};
