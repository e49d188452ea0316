import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { expect, it } from "vitest";
import { isJsonObject, type Json } from "../../../codegen/json.js";
import { mapSubschemas } from "../../../codegen/json-schema.js";
import { compileSchemas, type SchemaSource } from "../../support/compiled-schemas.js";
import { schemaWithValues } from "./arbitrary-schemas.js";

/* Ajv is what everybody measures a validator by, and what the compiler itself judges schedules and defaults with. */
it("takes and refuses what Ajv does", { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(fc.array(schemaWithValues(), { minLength: 30, maxLength: 40, size: "max" }), (all) => {
      const compiled = compileSchemas(all.map(({ source }) => source));
      for (const [index, { source, fitting, mutated }] of all.entries()) {
        const schema = compiled[index];
        if (schema?.kind !== "compiled") throw new Error(`${JSON.stringify(source.payload)} is refused.`);
        const byAjv = acceptedByAjv(source);
        for (const value of [...fitting, ...mutated]) {
          const title = JSON.stringify({ source: source.payload, value });
          const expected = byAjv(value);
          if (expected === undefined) continue;
          expect({ title, accepts: schema.accepts(value) }).toEqual({ title, accepts: expected });
        }
      }
    }),
    { numRuns: 4, endOnFailure: process.env.SHRINK !== "1" },
  );
});

/**
 * Undefined where Ajv's comparison calls a `toString` that the value brings along, and throws; and where it takes such a
 * property for an evaluated one, since the object by which it remembers them inherits one.
 */
function acceptedByAjv({ payload, schemas = {} }: SchemaSource): (value: Json) => boolean | undefined {
  const ajv = new Ajv2020({ strict: false, discriminator: true, ownProperties: true, validateSchema: false });
  (addFormats as unknown as typeof addFormats.default)(ajv);
  const named = (schema: Json) =>
    mapSubschemas(schema, (inner) =>
      typeof inner.$ref === "string"
        ? { ...inner, $ref: inner.$ref.replace("#/schemas/", "test:shared#/$defs/") }
        : inner,
    );
  ajv.addSchema({
    $id: "test:shared",
    $defs: Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, named(schema)])),
  });
  const resolved = named(payload);
  const validate = ajv.compile(isJsonObject(resolved) ? resolved : { allOf: [resolved] });
  const remembersByName = JSON.stringify(payload).includes('"unevaluatedProperties"');
  return (value) => {
    if (remembersByName && /"(?:toString|constructor)":/.test(JSON.stringify(value))) return undefined;
    try {
      return validate(value) === true;
    } catch (cause) {
      if (cause instanceof TypeError) return undefined;
      throw cause;
    }
  };
}
