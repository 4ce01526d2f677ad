/** Tutorials and examples: they come with the extension, and users get a copy where they work. */

import type { Contents } from "@jupyterlab/services";

/** A tutorial or an example as it was built in. */
export interface Tutorial {
  /** Its path in the folder of all, such as `examples/oscillator.ipynb`. */
  readonly name: string;
  /** Its heading. */
  readonly title: string;
  readonly content: object;
}

/** The part of a contents manager that tutorials need. */
export type Store = Pick<Contents.IManager, "get" | "save" | "newUntitled">;

/** The folder for the copies, inside the one that somebody works in. */
export const FOLDER = "nengo_nb_tutorials";

/** The folder of the examples, inside that of the tutorials. */
export const EXAMPLES = "examples";

/**
 * Put tutorials and examples into a folder and leave every file that is there as it is; returns
 * the paths, in reading order.
 */
export async function copyTutorials(
  store: Store,
  folder: string,
  tutorials: readonly Tutorial[],
): Promise<string[]> {
  const target = join(folder, FOLDER);
  for (const path of [target, join(target, EXAMPLES)])
    if (!(await exists(store, path))) await store.save(path, { type: "directory" });
  const paths: string[] = [];
  for (const { name, content } of tutorials) {
    const path = join(target, name);
    if (!(await exists(store, path)))
      await store.save(path, { type: "notebook", format: "json", content });
    paths.push(path);
  }
  return paths;
}

/**
 * Whether there is such a file or folder. Trouble of another kind than its absence is nobody's
 * leave to write.
 */
async function exists(store: Store, path: string): Promise<boolean> {
  try {
    await store.get(path, { content: false });
    return true;
  } catch (error) {
    if ((error as { response?: Response }).response?.status === 404) return false;
    throw error;
  }
}

/** A path inside a folder; the root has no name. */
export function join(folder: string, name: string): string {
  return folder ? `${folder.replace(/\/$/, "")}/${name}` : name;
}
