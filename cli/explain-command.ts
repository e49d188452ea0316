import picocolors from "picocolors";
import { nearest } from "../codegen/diagnostic.js";
import { type DiagnosticCode, diagnosticCodes } from "../codegen/diagnostic-codes.js";
import { explanations } from "../codegen/explanations.js";
import { type ExitCode, exitCodes } from "./exit-codes.js";

/** `taskwright explain`: one code with its examples, or the list of all. */
export function explain(code: string | undefined): ExitCode {
  const codes = Object.keys(diagnosticCodes) as DiagnosticCode[];
  if (code === undefined) {
    const width = Math.max(...codes.map((each) => each.length));
    for (const each of codes) console.log(`${picocolors.bold(each.padEnd(width))}  ${diagnosticCodes[each]}`);
    return exitCodes.fine;
  }
  const known = codes.find((each) => each === code);
  if (known === undefined) {
    console.error(`taskwright: there is no code ${code}. ${wayOut(code, codes)}`);
    return exitCodes.usage;
  }
  console.log(`${picocolors.bold(known)}\n${diagnosticCodes[known]}`);
  const example = explanations[known];
  console.log(
    `\n${picocolors.red("Wrong:")}\n${indent(example.wrong)}\n${picocolors.green("Right:")}\n${indent(example.right)}`,
  );
  return exitCodes.fine;
}

function wayOut(code: string, codes: readonly string[]): string {
  const near = nearest(code, codes);
  const meant = near === undefined ? codes.filter((each) => each.split("-").includes(code)) : [near];
  return meant.length === 0 ? "`taskwright explain` lists them all." : `Did you mean ${meant.join(" or ")}?`;
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "    ");
}
