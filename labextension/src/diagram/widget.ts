/**
 * The diagram as a widget: a channel to the kernel for all diagrams of a page, or a view of one of
 * them.
 */

import type { AnyModel } from "@anywidget/types";
import { mountDiagram } from "./diagram";
import { kernelOf, openChannel, type Channel } from "./kernel";
import { LayoutService } from "./layout_service";
import { startThread } from "./thread";

interface Drawn extends Channel {
  saved: unknown;
}

const layoutService = new LayoutService(startThread);

export default {
  initialize({ model }: { model: AnyModel<Drawn> }): (() => void) | undefined {
    return model.get("is_channel") ? openChannel(model) : undefined;
  },
  render({ model, el }: { model: AnyModel<Drawn>; el: HTMLElement }): () => void {
    const handle = mountDiagram(el, model.get("saved"), kernelOf, layoutService);
    return () => {
      handle.dispose();
    };
  },
};
