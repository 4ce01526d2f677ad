/**
 * The item in the status bar: what runs in the active notebook; there only while something does.
 */

import { Widget } from "@lumino/widgets";
import type { Row } from "../../protocol/panel";
import { formatStatus } from "./format";

export class StatusItem extends Widget {
  constructor(open: () => void) {
    super();
    this.addClass("nengo-nb-status");
    this.node.title = "Show the Nengo panel";
    this.node.addEventListener("click", open);
    this.hide();
  }

  tell(rows: Row[]): void {
    const words = formatStatus(rows);
    if (this.node.textContent !== words) this.node.textContent = words;
    this.setHidden(!words);
  }
}
