/** An entry for expressions of semantic pointers, which a node puts out until it is released. */

import { element } from "../dom/element";
import { button } from "./icons";
import { tidy } from "./pointer_choice";
import type { Checked, PointerNodeInfo } from "../protocol/steering";
import type { Send } from "./send";

export class Expression {
  readonly element: HTMLElement;
  private readonly entry: HTMLInputElement;
  private readonly error = element("div", {
    class: "nnb-error",
    attributes: { role: "status", hidden: "" },
  });
  private readonly release: HTMLButtonElement;
  /** Expression that the node puts out, as far as the page knows. */
  private typed = "";
  /** Expression that was asked for and is not in a frame yet. */
  private asked: string | null = null;

  constructor(
    readonly info: PointerNodeInfo,
    private readonly send: Send,
  ) {
    const { name, title } = info;
    this.entry = element("input", {
      label: `Expression that ${title} puts out`,
      attributes: { type: "text", placeholder: "for example A * B + 0.5 * C", spellcheck: "false" },
      on: {
        input: () => {
          this.check();
        },
        change: () => {
          this.drive();
        },
      },
    });
    this.release = button("release", `Let ${title} output its own values again`, () => {
      this.entry.value = "";
      this.asked = "";
      this.tell("");
      send({ type: "Release", name });
    });
    const remove = button("close", `Remove the entry for ${title}`, () => {
      send({ type: "RemoveExpression", name });
    });
    const heading = element("span", { class: "nnb-title", text: title, attributes: { title } });
    this.element = element(
      "section",
      {
        class: "nnb-sliders nnb-expression",
        attributes: { "aria-label": `Semantic pointer of ${title}` },
      },
      element("div", { class: "nnb-heading" }, heading, this.release, remove),
      this.entry,
      this.error,
    );
    this.update("");
  }

  /** Show what the node puts out, unless somebody is typing something else. */
  update(typed: string): void {
    if (this.asked === typed) this.asked = null;
    // A frame that was made before the kernel knew of it.
    if (this.asked !== null) return;
    const changed = typed !== this.typed;
    this.typed = typed;
    this.element.classList.toggle("nnb-held", typed !== "");
    this.release.disabled = typed === "";
    if (changed && document.activeElement !== this.entry) this.entry.value = typed;
  }

  /** Show what the kernel says of what is typed, if that is what it has read. */
  checked(message: Checked): void {
    if (message.name === this.info.name && message.text === tidy(this.entry.value))
      this.tell(message.error);
  }

  /** Drop what was asked for, as it is not possible. */
  forget(): void {
    this.asked = null;
  }

  private check(): void {
    const text = tidy(this.entry.value);
    if (text === "") this.tell("");
    else this.send({ type: "CheckExpression", name: this.info.name, text });
  }

  private drive(): void {
    const text = tidy(this.entry.value);
    this.check();
    if (text === "" || text === this.typed) return;
    this.asked = text;
    this.send({ type: "Drive", name: this.info.name, text });
  }

  private tell(text: string): void {
    this.error.textContent = text;
    this.error.hidden = text === "";
    this.entry.classList.toggle("nnb-wrong", text !== "");
    this.entry.setAttribute("aria-invalid", `${text !== ""}`);
  }
}
