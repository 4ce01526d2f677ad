/**
 * Entry points: a new notebook, the tutorials and the examples, in the launcher, the command
 * palette and the menus of others.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette } from "@jupyterlab/apputils";
import { IDefaultFileBrowser } from "@jupyterlab/filebrowser";
import { ILauncher } from "@jupyterlab/launcher";
import { icon } from "./icon";
import { copyTutorials, EXAMPLES, type Tutorial } from "./tutorials";
import { makeNotebook } from "./notebook";

const CATEGORY = "Nengo";
export const COMMANDS = { notebook: "nengo-nb:new-notebook", tutorial: "nengo-nb:open-tutorial" };

const tutorials = async (): Promise<readonly Tutorial[]> =>
  (await import("./tutorials.json")).default;

/** The example that tells of the others, by its path. */
const OVERVIEW = `${EXAMPLES}/overview.ipynb`;

const text = (argument: unknown): string => (typeof argument === "string" ? argument : "");

/**
 * The plugin. A launcher is there in JupyterLab, a palette in Notebook 7, too; it works without
 * either.
 */
export const start: JupyterFrontEndPlugin<void> = {
  id: "nengo-nb:start",
  description: "Makes a first Nengo notebook, and opens tutorials and examples.",
  autoStart: true,
  optional: [ILauncher, ICommandPalette, IDefaultFileBrowser],
  activate: (
    app: JupyterFrontEnd,
    launcher: ILauncher | null,
    palette: ICommandPalette | null,
    browser: IDefaultFileBrowser | null,
  ) => {
    const store = app.serviceManager.contents;
    const folderOf = (cwd: unknown): string =>
      typeof cwd === "string" ? cwd : (browser?.model.path ?? "");
    const open = (path: string): Promise<unknown> =>
      app.commands.execute("docmanager:open", { path });

    app.commands.addCommand(COMMANDS.notebook, {
      label: (args) => (args["isLauncher"] ? "Nengo notebook" : "New Nengo Notebook"),
      caption: "A notebook whose first cells define a network and run it",
      icon: (args) => (args["isPalette"] ? undefined : icon),
      execute: async (args) => open(await makeNotebook(store, folderOf(args["cwd"]))),
    });
    app.commands.addCommand(COMMANDS.tutorial, {
      label: (args) => {
        const isExample = text(args["name"]).startsWith(`${EXAMPLES}/`);
        if (args["isLauncher"]) return isExample ? "Nengo examples" : "Nengo tutorials";
        return `Open ${isExample ? "Example" : "Tutorial"}: ${text(args["title"])}`;
      },
      caption: (args) =>
        `Copy the ${args["name"] === OVERVIEW ? "examples" : "tutorials"} to where you work, ` +
        "and open one; files that are there are never overwritten",
      icon: (args) => (args["isPalette"] ? undefined : icon),
      execute: async (args) => {
        const paths = await copyTutorials(store, folderOf(args["cwd"]), await tutorials());
        return open(
          paths.find((path) => path.endsWith(`/${text(args["name"])}`)) ?? paths[0] ?? "",
        );
      },
    });
    const [notebook, tutorial] = [COMMANDS.notebook, COMMANDS.tutorial];
    launcher?.add({ command: notebook, category: CATEGORY, rank: 1, args: { isLauncher: true } });
    launcher?.add({ command: tutorial, category: CATEGORY, rank: 2, args: { isLauncher: true } });
    const examples = { isLauncher: true, name: OVERVIEW };
    launcher?.add({ command: tutorial, category: CATEGORY, rank: 3, args: examples });
    palette?.addItem({ command: notebook, category: CATEGORY, args: { isPalette: true } });
    void tutorials().then((all) => {
      for (const { name, title } of all)
        palette?.addItem({
          command: tutorial,
          category: CATEGORY,
          args: { isPalette: true, name, title },
        });
    });
  },
};
