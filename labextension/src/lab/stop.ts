/**
 * The Stop button of a training. A busy kernel hears nothing of a click, so the browser has it
 * interrupted.
 */

const BUTTON = ".jp-Notebook button.nengo-nb-stop";
const STYLE = `${BUTTON} { display: inline-block } .jp-Notebook .nengo-nb-stop-hint { display: none }`;

/**
 * Make the buttons of a page visible, in place of the hint beside them, and interrupt for each
 * click.
 */
export function serveStop(page: Document, interrupt: (button: HTMLElement) => void): void {
  const style = page.createElement("style");
  style.textContent = STYLE;
  page.head.append(style);
  page.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest(BUTTON) : null;
    if (!(button instanceof HTMLButtonElement) || button.disabled) return;
    button.disabled = true;
    button.textContent = "Stopping…";
    interrupt(button);
  });
}
