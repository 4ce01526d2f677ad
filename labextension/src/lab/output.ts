/**
 * The output of a live view: the view while its model is alive, and the best static picture before
 * and after.
 */

import type { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { Panel, Widget } from "@lumino/widgets";
import { element } from "../dom/element";
import { page } from "../dom/page";

const LIVE = "application/vnd.nengo.live+json";
const WIDGET = "application/vnd.jupyter.widget-view+json";
const WORDS = "A picture of a live view. Run the cell again to bring it to life.";
const PLAYER_WORDS = "Recorded in a live view. Run the cell again to bring it to life.";

/** Comes before the plain widget, which shows an error where its model is gone. */
export function liveFactory(rendermime: IRenderMimeRegistry): IRenderMime.IRendererFactory {
  return {
    safe: true,
    mimeTypes: [LIVE],
    defaultRank: -50,
    createRenderer: () => new LiveOutput(rendermime),
  };
}

class LiveOutput extends Panel implements IRenderMime.IRenderer {
  private uid = "";
  private shown = "";
  private stop = new AbortController();
  private takeAway: (() => void) | null = null;

  constructor(private readonly rendermime: IRenderMimeRegistry) {
    super();
  }

  /** Show what there is now, and the view as soon as its model arrives. */
  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const { uid } = model.data[LIVE] as { uid: string };
    if (uid === this.uid && this.takeAway) return;
    this.forget();
    this.uid = uid;
    const arrived = (): void => {
      this.showView();
    };
    page().arrivals.addEventListener(uid, arrived, { signal: this.stop.signal });
    if (page().mounts.has(uid)) this.showView();
    else await this.showPicture(model);
  }

  override dispose(): void {
    this.forget();
    super.dispose();
  }

  private forget(): void {
    this.stop.abort();
    this.stop = new AbortController();
    this.takeAway?.();
    this.takeAway = null;
  }

  private showView(): void {
    const mount = page().mounts.get(this.uid);
    if (!mount || this.isDisposed) return;
    this.takeAway?.();
    this.empty();
    const place = new Widget();
    this.addWidget(place);
    this.takeAway = mount(place.node);
  }

  private async showPicture(model: IRenderMime.IMimeModel): Promise<void> {
    this.empty();
    const data = Object.fromEntries(
      Object.entries(model.data).filter(([type]) => type !== LIVE && type !== WIDGET),
    );
    this.shown = this.rendermime.preferredMimeType(data, "ensure") ?? "text/plain";
    const renderer = this.rendermime.createRenderer(this.shown);
    this.addWidget(renderer);
    await renderer.renderModel(
      // In a notebook that is not trusted, a player has no script, and shows its picture.
      this.rendermime.createModel({ data, metadata: model.metadata, trusted: model.trusted }),
    );
    if (this.isDisposed || renderer.isDisposed) return;
    this.addWidget(wordsBelow(this.shown === "text/html" ? PLAYER_WORDS : WORDS));
  }

  private empty(): void {
    for (const widget of [...this.widgets]) widget.dispose();
  }
}

/** Note below a picture, of a saved notebook or of a closed view, on how to get a live one. */
function wordsBelow(text: string): Widget {
  const style =
    "color: var(--jp-ui-font-color2); font-size: var(--jp-ui-font-size1); padding: 4px 0";
  return new Widget({
    node: element("div", { class: "nengo-nb-still", text, attributes: { style } }),
  });
}
