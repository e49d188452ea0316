import Table from "cli-table3";
import picocolors from "picocolors";
import { visible } from "../codegen/report/visible.js";

/** One column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => string;
  readonly isNumber?: boolean;
  /** May be cut when the terminal is narrow; the others keep their width as long as they can. */
  readonly isLong?: boolean;
  /** Colours a cell, on a terminal. */
  readonly paint?: (text: string, row: Row) => string;
}

/** Prints rows: on a terminal as a table of its width, in a pipe as lines of values with tabs between. */
export function printTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): void {
  if (process.stdout.isTTY) console.log(drawTable(columns, rows, process.stdout.columns || 80));
  else for (const line of [columns.map(({ title }) => title), ...cellsOf(columns, rows)]) console.log(line.join("\t"));
}

/** The table as text, no line of it wider than `width`. */
export function drawTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number): string {
  const cells = cellsOf(columns, rows);
  const natural = columns.map(({ title }, n) => Math.max(title.length, ...cells.map((line) => line[n]?.length ?? 0)));
  const colWidths = widthsOf(natural, columns, width - 2 * columns.length).map((each) => each + 2);
  const table = new Table({
    head: columns.map(({ title }) => picocolors.dim(title)),
    colWidths,
    colAligns: columns.map(({ isNumber }) => (isNumber ? "right" : "left")),
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2, compact: true },
    chars: bare,
  });
  for (const [index, line] of cells.entries()) {
    const row = rows[index] as Row;
    const painted = line.map((cell, n) => {
      // Cut before it is painted, so that no colour is left open.
      const shown = cut(cell, (colWidths[n] ?? 2) - 2);
      return columns[n]?.paint?.(shown, row) ?? shown;
    });
    table.push(painted);
  }
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** What stands in the cells: no character of them moves the cursor. */
function cellsOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[][] {
  return rows.map((row) => columns.map(({ of }) => visible(of(row).replaceAll(/\s+/g, " "))));
}

/** Takes from the long columns first, the widest of them most, and from the others only when that is not enough. */
function widthsOf<Row>(natural: readonly number[], columns: readonly Column<Row>[], width: number): number[] {
  const widths = [...natural];
  for (const least of [
    { long: 12, short: Number.POSITIVE_INFINITY },
    { long: 6, short: 6 },
  ]) {
    let over = widths.reduce((sum, each) => sum + each, 0) - width;
    while (over > 0) {
      const candidates = widths
        .map((each, n) => ({ n, each }))
        .filter(({ n, each }) => each > (columns[n]?.isLong ? least.long : least.short));
      const widest = candidates.sort((a, b) => b.each - a.each)[0];
      if (widest === undefined) break;
      widths[widest.n] = widest.each - 1;
      over -= 1;
    }
  }
  return widths;
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

const none = "" as const;
const bare = {
  ...{ top: none, "top-mid": none, "top-left": none, "top-right": none },
  ...{ bottom: none, "bottom-mid": none, "bottom-left": none, "bottom-right": none },
  ...{ left: none, "left-mid": none, mid: none, "mid-mid": none, right: none, "right-mid": none, middle: none },
};
