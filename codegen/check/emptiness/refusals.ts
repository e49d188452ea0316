import { quote } from "../../diagnostic.js";
import { isJsonObject, type Json } from "../../json.js";
import { annotations } from "../../json-schema.js";

/** Whether the schema says on purpose that nothing fits it, so that a property or an item may not be there. */
export function isRefusal(schema: Json | undefined): boolean {
  return schema === false || (isJsonObject(schema) && acceptsAll(schema.not));
}

/** Whether the schema says nothing of the value. */
export function acceptsAll(schema: Json | undefined): boolean {
  if (schema === true) return true;
  return isJsonObject(schema) && Object.keys(schema).every((keyword) => annotations.has(keyword));
}

/** A schema that refuses all, as it is written. */
export function showRefusal(schema: Json): string {
  return quote(isJsonObject(schema) ? `not: ${JSON.stringify(schema.not)}` : "false");
}
