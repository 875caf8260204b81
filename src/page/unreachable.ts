/** Ends an exhaustive `switch`. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${typeof value}`);
}
