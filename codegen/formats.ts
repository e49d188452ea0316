import formats from "ajv-formats/dist/formats.js";

const known: Readonly<Record<string, unknown>> = formats.fullFormats;

/** The names of all formats that a schema may ask for: those of `ajv-formats`. */
export const formatNames: readonly string[] = Object.keys(known);

/** What has the format, a number or a text; undefined where no validator knows it. */
export function typeOfFormat(format: string): "number" | "string" | undefined {
  if (!Object.hasOwn(known, format)) return undefined;
  const test = known[format];
  return typeof test === "object" && test !== null && "type" in test && test.type === "number" ? "number" : "string";
}

/** Whether the format says how a value is shown or sent, and nothing of the value: `password` and `binary`. */
export function isUncheckedFormat(format: string): boolean {
  return known[format] === true;
}
