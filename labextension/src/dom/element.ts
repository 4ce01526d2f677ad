/** Elements of HTML, made in one call. Text is always text, never markup. */

type Child = Node | string;

interface Options {
  class?: string;
  /** Text of the tooltip and the accessible name. */
  label?: string;
  text?: string;
  attributes?: Record<string, string>;
  on?: Record<string, (event: Event) => void>;
}

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  options: Options = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (options.class) made.className = options.class;
  if (options.label) {
    made.title = options.label;
    made.setAttribute("aria-label", options.label);
  }
  if (options.text !== undefined) made.textContent = options.text;
  for (const [name, value] of Object.entries(options.attributes ?? {}))
    made.setAttribute(name, value);
  for (const [name, listener] of Object.entries(options.on ?? {}))
    made.addEventListener(name, listener);
  made.append(...children);
  return made;
}
