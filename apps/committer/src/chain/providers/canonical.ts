/**
 * One text per value: two values have the same text exactly when they are equal in every field. Bigints, numbers, text
 * and absent fields stay apart; the order of an object's fields does not count, that of a list does.
 * @param value plain data: no functions, no class instances
 */
export function canonicalText(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (Array.isArray(value)) return `[${value.map(canonicalText).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? String(value);
  const fields = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonicalText(field)}`).join()}}`;
}
