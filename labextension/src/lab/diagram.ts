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
import { page, type ArrangementStore } from "../dom/page";

const NETWORK = "application/vnd.nengo.network+json";

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

  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this.handle?.dispose();
    this.node.classList.add("nengo-nb-network");
    const store = (place: Element): ArrangementStore | undefined => page().arrangementsAt?.(place);
    this.handle = mountDiagram(this.node, model.data[NETWORK], kernelOf, layoutService, store);
    return Promise.resolve();
  }

  override dispose(): void {
    this.handle?.dispose();
    this.handle = null;
    super.dispose();
  }
}
