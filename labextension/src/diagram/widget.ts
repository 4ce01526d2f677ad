/** The diagram as a widget: a channel to the kernel for all diagrams of a page, and a view of one where it is displayed. */

import type { AnyModel } from "@anywidget/types";
import { mountDiagram } from "./diagram";
import { kernelOf, openChannel, type Channel } from "./kernel";

interface Drawn extends Channel {
  saved: unknown;
}

export default {
  initialize({ model }: { model: AnyModel<Drawn> }): () => void {
    return openChannel(model);
  },
  render({ model, el }: { model: AnyModel<Drawn>; el: HTMLElement }): () => void {
    const handle = mountDiagram(el, model.get("saved"), kernelOf);
    return () => {
      handle.dispose();
    };
  },
};
