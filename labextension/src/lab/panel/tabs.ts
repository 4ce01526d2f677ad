/** Tabs beside the notebook: whatever a kernel sends as a bundle, drawn by the notebook's own renderers. */

import type { JupyterFrontEnd } from "@jupyterlab/application";
import { MainAreaWidget } from "@jupyterlab/apputils";
import type { NotebookPanel } from "@jupyterlab/notebook";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { Panel } from "@lumino/widgets";
import type { Shown } from "./messages";

const PREFIX = "nengo-nb-tab-";

/** Show a bundle in a tab of its own, or bring the tab that shows it to the front. */
export async function openTab(app: JupyterFrontEnd, shown: Shown, notebook: NotebookPanel): Promise<void> {
  const id = PREFIX + shown.key;
  const others = [...app.shell.widgets("main"), ...app.shell.widgets("down")].filter((widget) =>
    widget.id.startsWith(PREFIX),
  );
  if (others.some((widget) => widget.id === id)) {
    app.shell.activateById(id);
    return;
  }
  const { rendermime } = notebook.content;
  const data = shown.bundle as IRenderMime.IMimeModel["data"];
  const renderer = rendermime.createRenderer(rendermime.preferredMimeType(data, "ensure") ?? "text/plain");
  const content = new Panel();
  content.addClass("nengo-nb-tab");
  content.addWidget(renderer);
  const tab = new MainAreaWidget({ content });
  tab.id = id;
  tab.title.label = shown.title;
  tab.title.closable = true;
  const last = others.at(-1);
  app.shell.add(tab, "main", {
    mode: last ? "tab-after" : "split-right",
    ref: last?.id ?? notebook.id,
    activate: false,
  });
  // Notebook 7 has room for the notebook alone; there it goes below.
  if (!tab.isAttached) app.shell.add(tab, "down");
  await renderer.renderModel(rendermime.createModel({ data, trusted: false }));
  app.shell.activateById(id);
}
