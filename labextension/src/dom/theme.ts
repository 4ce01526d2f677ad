/** Theme of the page: light or dark. */

const DARKEST_LIGHT = 128;

/**
 * Whether the page is dark: as JupyterLab or VS Code says on the body, and elsewhere by the colour
 * behind the text.
 */
export function isDark(): boolean {
  const { body } = document;
  const { jpThemeLight } = body.dataset;
  if (jpThemeLight !== undefined) return jpThemeLight === "false";
  if (body.classList.contains("vscode-dark")) return true;
  if (body.classList.contains("vscode-light")) return false;
  const [red = 255, green = 255, blue = 255, opacity = 1] = (
    getComputedStyle(body).backgroundColor.match(/[\d.]+/g) ?? []
  ).map(Number);
  return opacity > 0 && Math.max(red, green, blue) < DARKEST_LIGHT;
}

/** Call back whenever the theme changes, until a signal says to stop. */
export function onThemeChange(change: () => void, stopped: AbortSignal): void {
  const observer = new MutationObserver(change);
  observer.observe(document.body, {
    attributes: true,
    attributeFilter: ["class", "data-jp-theme-light", "data-jp-theme-name"],
  });
  stopped.addEventListener("abort", () => {
    observer.disconnect();
  });
}

/** Keep the class `dark` on an element while the page is dark. */
export function followTheme(element: HTMLElement, stopped: AbortSignal): void {
  const follow = (): void => {
    element.classList.toggle("dark", isDark());
  };
  onThemeChange(follow, stopped);
  follow();
}
