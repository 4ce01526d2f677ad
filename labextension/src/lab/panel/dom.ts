/** Elements, made and changed as little as possible, so that what a person types or points at stays. */

type Attributes = Record<string, string>;

export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.className = className;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function setText(where: HTMLElement, text: string): void {
  if (where.textContent !== text) where.textContent = text;
  where.hidden = !text;
}

export function button(text: string, title: string, click: () => void): HTMLButtonElement {
  const made = element("button", "nengo-nb-button", { type: "button", title }, text);
  made.addEventListener("click", click);
  return made;
}
