import { describe, expect, it } from "vitest";
import { copyTutorials, type Tutorial, type Store } from "../src/lab/start/tutorials";
import { firstNotebook, makeNotebook } from "../src/lab/start/notebook";

const tutorials: Tutorial[] = [
  { name: "01_a.ipynb", title: "A", content: { cells: [1] } },
  { name: "02_b.ipynb", title: "B", content: { cells: [2] } },
  { name: "examples/c.ipynb", title: "C", content: { cells: [3] } },
];

/** A contents manager over files in memory. */
function memory(files: Record<string, unknown>, status = 404): Store {
  return {
    get: (path: string) =>
      path in files
        ? Promise.resolve({ path })
        : Promise.reject(Object.assign(new Error("not found"), { response: { status } })),
    save: (path: string, { content }: { content?: unknown }) => {
      files[path] = content;
      return Promise.resolve({ path });
    },
    newUntitled: ({ path }: { path: string }) =>
      Promise.resolve({ path: `${path}/Untitled.ipynb` }),
  } as unknown as Store;
}

describe("the tutorials", () => {
  it("are copied into a folder of their own", async () => {
    const files: Record<string, unknown> = {};

    const paths = await copyTutorials(memory(files), "work", tutorials);

    expect(paths).toEqual([
      "work/nengo_nb_tutorials/01_a.ipynb",
      "work/nengo_nb_tutorials/02_b.ipynb",
      "work/nengo_nb_tutorials/examples/c.ipynb",
    ]);
    expect(files[paths[1] ?? ""]).toEqual({ cells: [2] });
    expect(Object.keys(files)).toContain("work/nengo_nb_tutorials/examples");
  });

  it("never replace what somebody has changed", async () => {
    const mine = { cells: ["mine"] };
    const files: Record<string, unknown> = {
      nengo_nb_tutorials: undefined,
      "nengo_nb_tutorials/01_a.ipynb": mine,
    };

    const paths = await copyTutorials(memory(files), "", tutorials);

    expect(files["nengo_nb_tutorials/01_a.ipynb"]).toBe(mine);
    expect(paths).toHaveLength(3);
  });

  it("are not written where the server cannot say whether they are there", async () => {
    const files: Record<string, unknown> = {};

    await expect(copyTutorials(memory(files, 500), "", tutorials)).rejects.toThrow("not found");
    expect(files).toEqual({});
  });
});

describe("a new notebook", () => {
  it("gets a name that is free, and cells that run", async () => {
    const files: Record<string, unknown> = {};

    const path = await makeNotebook(memory(files), "work");

    expect(path).toBe("work/Untitled.ipynb");
    expect(JSON.stringify(files[path])).toContain("%%nengo model");
    expect(files[path]).toEqual(firstNotebook());
  });
});
