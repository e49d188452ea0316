/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { Child } from "hono/jsx";

/** A column of a table. */
export interface Column<Row> {
  readonly head: Child;
  /** Told beside each cell where the table is shown as cards; the head when that is text. */
  readonly label?: string;
  readonly isNumber?: boolean;
  /** As a card it takes the whole breadth, without a label. */
  readonly isWhole?: boolean;
  /** The cell that names its row. */
  readonly isName?: boolean;
  cell(row: Row): Child;
}

/** A table, or `empty` in its place when there are no rows. On a phone each row is a card. */
export function Table<Row>({
  caption,
  columns,
  rows,
  empty,
}: {
  /** For those who cannot see what it stands under. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly empty: Child;
}) {
  if (rows.length === 0) return <div class="card empty">{empty}</div>;
  return (
    <div class="table">
      <table>
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ head, isNumber }) => (
              <th scope="col" class={isNumber ? "number" : undefined}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {columns.map((column) => (
                <Cell column={column} row={row} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell<Row>({ column, row }: { readonly column: Column<Row>; readonly row: Row }) {
  const { head, label, isNumber, isName, isWhole } = column;
  if (isName) return <th scope="row">{column.cell(row)}</th>;
  return (
    <td
      class={isNumber ? "number" : isWhole ? "whole" : undefined}
      data-label={label ?? (typeof head === "string" ? head : undefined)}
    >
      <div>{column.cell(row)}</div>
    </td>
  );
}
