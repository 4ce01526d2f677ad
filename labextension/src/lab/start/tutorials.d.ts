declare module "*/tutorials.json" {
  const lessons: readonly import("./lessons").Lesson[];
  export default lessons;
}
