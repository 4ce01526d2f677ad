/** The theme of the page: light or dark, as JupyterLab or VS Code says on the body. */

/** Whether the page is dark. */
export function isDark(): boolean {
  const { body } = document;
  return body.dataset.jpThemeLight === "false" || body.classList.contains("vscode-dark");
}

/** Keep the class `dark` on an element while the page is dark. */
export function followTheme(element: HTMLElement, stopped: AbortSignal): void {
  const follow = (): void => {
    element.classList.toggle("dark", isDark());
  };
  const observer = new MutationObserver(follow);
  observer.observe(document.body, { attributes: true, attributeFilter: ["class", "data-jp-theme-light"] });
  stopped.addEventListener("abort", () => {
    observer.disconnect();
  });
  follow();
}
