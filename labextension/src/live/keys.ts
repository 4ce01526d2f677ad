/**
 * Keys of a view: they work wherever in it the focus is, and no letter is a command of the
 * notebook.
 */

/**
 * Attribute that keeps keys from JupyterLab's shortcuts, which come before any listener in the
 * view.
 */
const KEEPS_KEYS = "data-lm-suppress-shortcuts";

/**
 * Letters that edit or copy with Ctrl: those of text in the view, and never cells of the notebook.
 */
const EDITING = "acvxyz";

/** Entries of the view in which keys are typed. */
const TYPED = "input:not([type=range]):not([type=checkbox]), textarea";

/** Controls that the space bar presses. */
const PRESSED = "button, input[type=checkbox], summary, a[href]";

/** Controls that arrow keys move. */
const MOVED = "input[type=range], select";

/**
 * Give a view its keys.
 *
 * @param root The view, which can have the focus itself.
 * @param actions What its keys do, by their names in events.
 * @param stop Ends it.
 */
export function takeKeys(
  root: HTMLElement,
  actions: Record<string, () => void>,
  stop: AbortSignal,
): void {
  const options = { signal: stop };
  // Bokeh may keep a click into a plot from moving the focus, and JupyterLab gives it to the cell
  // then.
  root.addEventListener(
    "pointerdown",
    (event) => {
      if (!targetOf(event)?.closest(`${TYPED}, ${PRESSED}, ${MOVED}, label`)) focus(root);
    },
    options,
  );
  // A control that a pointer has pressed hands the focus back, so that space plays and presses
  // nothing.
  root.addEventListener(
    "click",
    (event) => {
      const pointed = (event as MouseEvent).detail > 0;
      if (pointed && targetOf(event)?.closest(PRESSED)) focus(root);
    },
    options,
  );
  root.addEventListener(
    "keydown",
    (event) => {
      const target = targetOf(event);
      if (event.key === "Enter" && target?.matches(TYPED)) focus(root);
      if (hasModifier(event)) return;
      const action = takesItself(target, event.key) ? undefined : actions[event.key];
      if (action) event.preventDefault();
      if (action ?? event.key.length === 1) event.stopPropagation();
      action?.();
    },
    options,
  );
  // Before the document's listener, which is JupyterLab's: commands such as Ctrl+S are left to it.
  window.addEventListener(
    "keydown",
    (event) => {
      const isCommand =
        (event.ctrlKey || event.metaKey) && !EDITING.includes(event.key.toLowerCase());
      root.toggleAttribute(KEEPS_KEYS, !isCommand);
    },
    { ...options, capture: true },
  );
  root.setAttribute(KEEPS_KEYS, "");
}

function hasModifier(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.metaKey || event.altKey;
}

/** Whether a control has a use of its own for a key. */
function takesItself(target: Element | null, key: string): boolean {
  if (!target) return false;
  if (target.matches(TYPED)) return true;
  if (target.matches(PRESSED)) return key === " " || key === "Enter";
  return target.matches(MOVED) && key.startsWith("Arrow");
}

function focus(root: HTMLElement): void {
  root.focus({ preventScroll: true });
}

function targetOf(event: Event): Element | null {
  return event.target instanceof Element ? event.target : null;
}
