import type { Catalog, CatalogWorkflow } from "../catalog.js";
import type { Json } from "../json.js";
import { tableRow } from "./markdown.js";
import { wholePlace } from "./schema-place.js";
import { schemaRows } from "./schema-rows.js";

/**
 * A schema as a Markdown table, a line a field; what is inside an object, a list or a map is written with its path.
 *
 * A line below it says how many fields a very large schema has besides.
 */
export function payloadTable(schema: Json, workflow: CatalogWorkflow, catalog: Catalog): string[] {
  const { rows, leftOut, isCounted } = schemaRows(wholePlace(schema, workflow, catalog));
  return [
    tableRow(["field", "type", "required", "meaning"]),
    "|---|---|---|---|",
    ...rows.map(({ field, type, required, meaning }) => tableRow([field, type, required, meaning])),
    ...(leftOut === 0 && isCounted ? [] : ["", leftOutInWords(leftOut, isCounted)]),
  ];
}

function leftOutInWords(count: number, isCounted: boolean): string {
  if (count === 0) return "More fields than were counted, left out here.";
  return `${isCounted ? "" : "At least "}${count} more field${count === 1 ? "" : "s"}, left out here.`;
}
