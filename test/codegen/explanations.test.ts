import { describe, expect, it } from "vitest";
import { explanations } from "../../codegen/explanations.js";
import { compile, type DiagnosticCode } from "../../codegen/index.js";

const examples = Object.entries(explanations).flatMap(([code, shown]) => (shown === null ? [] : [{ code, ...shown }]));

describe.each(examples)("explain $code", ({ code, wrong, right }) => {
  const codesOf = (text: string): DiagnosticCode[] => {
    const { diagnostics } = compile([{ path: "workflows/a.yaml", text }], {
      workflows: "workflows",
      generated: "generated",
    });
    return [...new Set(diagnostics.map((found) => found.code))];
  };

  it("shows a file with just this fault", () => {
    expect(codesOf(wrong).filter((found) => found !== "no-tasks" || code === "no-tasks")).toEqual([code]);
  });

  it("shows a file without a fault", () => expect(codesOf(right).filter((found) => found !== "no-tasks")).toEqual([]));
});
