import fc from "fast-check";
import { expect, it } from "vitest";
import { createCompiler, type RenderedFiles, type SourceFile } from "../../../codegen/index.js";
import { findProjectErrors, findUnsoundness } from "../../support/compiled-projects.js";
import { mutatedProject } from "./mutations.js";

/*
 * The repository's own workflow files and cases, spoilt at random: whatever comes of it, it is faults in sentences, or
 * code that parses and holds nothing of the YAML outside of its texts and comments. One compiler that remembers goes
 * through all of them and must say the same as one that doesn't.
 */
const runs = Number(process.env.MUTATIONS ?? 200);

it("gives diagnostics or sound files, whatever is changed", { timeout: 120_000 + runs * 500 }, () => {
  const remembering = createCompiler();
  const sample: RenderedFiles[] = [];
  let compiled = 0;
  fc.assert(
    fc.property(mutatedProject(), (sources) => {
      const { compilation, problems } = findUnsoundness(sources);
      expect({ sources, problems }).toEqual({ sources, problems: [] });
      expect(findUnsoundness(reversed(sources), remembering).compilation).toEqual(compilation);
      if (compilation.files === undefined) return;
      compiled += 1;
      // Small ones, so that many fit into the program.
      if (sources.length < 4 && sample.length < runs / 5) sample.push(compilation.files);
    }),
    { numRuns: runs, endOnFailure: process.env.SHRINK !== "1" },
  );
  expect(compiled).toBeGreaterThan(10);
  expect(findProjectErrors(sample)).toEqual([]);
});

function reversed(sources: readonly SourceFile[]): SourceFile[] {
  return [...sources].reverse();
}
