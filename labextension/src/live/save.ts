/** Saving: a file for whoever sits at the page. */

/** Offer content as a file; what a file's name may not hold becomes an underscore. */
export function save(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName(name);
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(url);
  });
}

export function fileName(title: string): string {
  return title.replace(/[^\p{L}\p{N}._-]+/gu, "_");
}

/** The type of a file's content, by its name. */
export function typeOf(name: string): string {
  return name.endsWith(".html") ? "text/html" : "text/csv";
}
