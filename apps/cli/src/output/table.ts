/** One column of a table: its heading, how a row fills it, and to which side it is aligned (left unless told). */
export type Column<Row> = {
  readonly header: string;
  readonly value: (row: Row) => string;
  readonly align?: "left" | "right";
};

const GAP = "  ";

/** Lines of an aligned table with a heading and a rule under it; no rows give the heading and the rule alone. */
export function formatTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): readonly string[] {
  const cells = rows.map((row) => columns.map((column) => column.value(row)));
  const widths = columns.map((column, index) =>
    Math.max(column.header.length, ...cells.map((line) => (line[index] ?? "").length)),
  );
  const line = (values: readonly string[]): string =>
    columns
      .map((column, index) => pad(values[index] ?? "", widths[index] ?? 0, column.align ?? "left"))
      .join(GAP)
      .trimEnd();
  const rule = widths.map((width) => "-".repeat(width)).join(GAP);
  return [line(columns.map((column) => column.header)), rule, ...cells.map(line)];
}

/** Lines of `name  value` pairs with the values aligned. */
export function formatPairs(pairs: readonly (readonly [name: string, value: string])[]): readonly string[] {
  const width = Math.max(0, ...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${pad(name, width, "left")}${GAP}${value}`.trimEnd());
}

function pad(text: string, width: number, align: "left" | "right"): string {
  return align === "right" ? text.padStart(width) : text.padEnd(width);
}
