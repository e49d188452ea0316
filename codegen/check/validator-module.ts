/**
 * Ajv's standalone code as the body of a TypeScript module that needs nothing but the runtime.
 *
 * Ajv still prints `require` calls for its helpers in ESM mode (ajv issues 1976 and 2209); they become members of
 * `validatorRuntime`. To be called as soon as Ajv has printed: its text is a tree of tens of thousands of pieces until
 * something reads it, and those of all workflows together would be most of the compiler's memory.
 */
export function validatorModule(code: string): string {
  // By line, since no text of the author's can begin one: JSON escapes line ends. (Regular expressions over the whole
  // took a fifth of the compiler's time.)
  return code.split("\n").flatMap(moduleLine).join("\n").trim();
}

function moduleLine(line: string): string | [] {
  if (line === '"use strict";') return [];
  // Ajv names each function's source for its own run-time compiler; a module on disk has a name.
  if (line.startsWith("/*# sourceURL=")) return [];
  if (line.startsWith("export const ")) return line.replace(" = ", ": Validator = ");
  if (!line.startsWith("const ")) return line;
  return line.replace(/^(const \w+ = )require\("([^"]+)"\)((?:\.\w+|\["[^"]+"\])*)/, (_all, start, module, members) => {
    return start + helper(module, members);
  });
}

/** What the runtime calls one of Ajv's helpers. An unknown one is a mistake of ours: the runtime must learn it. */
function helper(module: string, members: string): string {
  switch (module) {
    case "ajv/dist/runtime/ucs2length":
      return "validatorRuntime.ucs2length";
    case "ajv/dist/runtime/equal":
      return "validatorRuntime.equal";
    case "ajv-formats/dist/formats":
      return `validatorRuntime.formats${members.replace(/^\.fullFormats/, "")}`;
    default:
      throw new Error(`Ajv's code asks for ${module}, which the runtime does not offer.`);
  }
}
