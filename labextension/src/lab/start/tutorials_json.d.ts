declare module "*/tutorials.json" {
  const tutorials: readonly import("./tutorials").Tutorial[];
  export default tutorials;
}
