/**
 * The renderer of networks: the diagram of a saved notebook and of a live one alike. It runs
 * nothing of the notebook.
 */

import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { Widget } from "@lumino/widgets";
import { mountDiagram, type DiagramHandle } from "../diagram/diagram";
import { kernelOf } from "../diagram/kernel";
import { LayoutService } from "../diagram/layout_service";
import { startThread } from "../diagram/thread";
import { page, type ArrangementStore, type PictureStore } from "../dom/page";
import { drawnIn, NETWORK, pictureIn, withPicture } from "./live_picture";

const layoutService = new LayoutService(startThread);

/** Comes before the picture, and is shown in notebooks that are not trusted, too. */
export function networkFactory(): IRenderMime.IRendererFactory {
  return {
    safe: true,
    mimeTypes: [NETWORK],
    defaultRank: -50,
    createRenderer: () => new NetworkOutput(),
  };
}

class NetworkOutput extends Widget implements IRenderMime.IRenderer {
  private handle: DiagramHandle | null = null;
  private drawn = "";
  private model: IRenderMime.IMimeModel | null = null;

  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this.model = model;
    const drawn = drawnIn(model.data);
    // Drawn anew, the live view below it would be gone, of which a picture was just kept.
    if (this.handle && drawn === this.drawn) return Promise.resolve();
    this.drawn = drawn;
    this.handle?.dispose();
    this.node.classList.add("nengo-nb-network");
    const store = (place: Element): ArrangementStore | undefined => page().arrangementsAt?.(place);
    const pictures: PictureStore = {
      read: () => pictureIn(this.model?.data ?? {}),
      write: (png) => {
        this.model?.setData({ data: withPicture(this.model.data, png) });
      },
    };
    const data = model.data[NETWORK];
    this.handle = mountDiagram(this.node, data, kernelOf, layoutService, store, pictures);
    return Promise.resolve();
  }

  override dispose(): void {
    this.handle?.dispose();
    this.handle = null;
    this.model = null;
    super.dispose();
  }
}
