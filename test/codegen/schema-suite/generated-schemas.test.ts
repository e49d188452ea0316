import fc from "fast-check";
import { expect, it } from "vitest";
import { compileSchemas } from "../../support/compiled-schemas.js";
import { type Assignments, findTypeErrors } from "../../support/type-check.js";
import { schemaWithValues } from "./arbitrary-schemas.js";

/*
 * For schemas that nobody thought of. Many go through one compilation and one TypeScript program; when some fail,
 * fast-check shrinks to the one schema and value that do.
 */
it("takes what fits, and types whatever it takes", { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(fc.array(schemaWithValues(), { minLength: 30, maxLength: 40, size: "max" }), (all) => {
      const compiled = compileSchemas(all.map(({ source }) => source));
      const checks = all.map(({ source, fitting, mutated }, index): Assignments => {
        const schema = compiled[index];
        const title = JSON.stringify(source.payload);
        if (schema?.kind !== "compiled") throw new Error(`${title} is refused: ${schema?.diagnostics[0]?.message}`);
        for (const value of fitting)
          expect({ title, value, is: schema.accepts(value) }).toEqual({ title, value, is: true });
        return {
          title,
          types: schema.types,
          lent: schema.lent,
          values: [...fitting, ...mutated.filter(schema.accepts)],
        };
      });
      expect(findTypeErrors(checks)).toEqual([]);
    }),
    { numRuns: 4, endOnFailure: process.env.SHRINK !== "1" },
  );
});
