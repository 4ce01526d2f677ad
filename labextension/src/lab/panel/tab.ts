/** A tab: what a kernel sent of one network, or a sentence as long as it has yet to. */

import { MainAreaWidget } from "@jupyterlab/apputils";
import type { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { Panel, Widget } from "@lumino/widgets";
import { element } from "../../dom/element";
import { ICON } from "./icon";
import type { Output } from "../../protocol/panel";

/** Content of a tab: a view of a network, by a variable of a notebook. */
export interface Address {
  path: string;
  name: string;
  kind: string;
}

export function isSame(one: Address, other: Address): boolean {
  return one.path === other.path && one.name === other.name && one.kind === other.kind;
}

export class Tab extends MainAreaWidget<Panel> {
  /** Whether the kernel was asked for it. */
  asked = false;
  /** Whether it stands below the notebook instead of beside it. */
  isBelow = false;
  private key = "";

  constructor(public address: Address) {
    super({ content: new Panel() });
    const { path, name, kind } = address;
    this.id = `nengo-nb-tab-${kind}-${name}-${path}`;
    this.title.label = `${name}: ${kind}`;
    this.title.icon = ICON;
    this.title.closable = true;
    this.toolbar.hide();
    this.content.addClass("nengo-nb-tab");
    const sentence = `What was here comes back as soon as the kernel of ${path} has ${name}: run its cells again.`;
    this.content.addWidget(
      new Widget({ node: element("p", { class: "nengo-nb-advice" }, sentence) }),
    );
  }

  get isEmpty(): boolean {
    return !this.key;
  }

  /** Draw what the kernel sent, unless it is drawn already. */
  async fill({ key, bundle }: Output, rendermime: IRenderMimeRegistry): Promise<void> {
    if (key === this.key) return;
    this.key = key;
    for (const widget of [...this.content.widgets]) widget.dispose();
    const data = bundle as IRenderMime.IMimeModel["data"];
    const renderer = rendermime.createRenderer(
      rendermime.preferredMimeType(data, "ensure") ?? "text/plain",
    );
    this.content.addWidget(renderer);
    await renderer.renderModel(rendermime.createModel({ data, trusted: false }));
  }
}
