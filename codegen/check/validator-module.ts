/**
 * Ajv's standalone code as the body of a TypeScript module that needs nothing but the runtime.
 *
 * Ajv still prints `require` calls for its helpers in ESM mode (ajv issues 1976 and 2209); they become members of
 * `validatorRuntime`. To be called as soon as Ajv has printed: its text is a tree of tens of thousands of pieces until
 * something reads it, and those of all workflows together would be most of the compiler's memory.
 */
export function validatorModule(code: string): string {
  const lines = code.replace(/^"use strict";/, "");
  return (
    // No text of the author's can begin a line, since JSON escapes line ends, nor hold a quote without its escape.
    `\n${lines}`
      // Ajv names each function's source for its own run-time compiler; a module on disk has a name.
      .replaceAll(/\n\/\*# sourceURL=.*\*\/;(?=\n)/g, "")
      .replaceAll(/\nexport const (\w+) = /g, "\nexport const $1: Validator = ")
      .replaceAll(/ = require\("([^"]+)"\)((?:\.\w+|\["[^"]+"\])*)/g, (_call, module: string, members: string) => {
        return ` = ${helper(module, members)}`;
      })
      .trim()
  );
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
