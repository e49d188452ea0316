import picocolors from "picocolors";
import { visible } from "../codegen/report/visible.js";
import { type CheckedFinding, checkNames } from "../runtime/operate/index.js";
import { count } from "./count.js";
import { type ExitCode, exitCodes } from "./exit-codes.js";
import { type OperateOptions, operate } from "./operate-project.js";
import { requireKnown } from "./usage-error.js";
import { wrap } from "./wrap.js";

export interface DoctorOptions extends OperateOptions {
  /** Names of checks; empty: all. */
  readonly only: readonly string[];
}

/** `taskwright doctor`: what is wrong with the store and the queues, why it matters, and what to do. */
export function doctor(options: DoctorOptions): Promise<ExitCode> {
  for (const name of options.only) requireKnown("check", name, checkNames);
  return operate(options, async (operations) => {
    const findings = await operations.examine(options.only.length === 0 ? undefined : options.only);
    const sums = sumUp(findings);
    if (options.json) console.log(JSON.stringify({ ...sums, findings }, null, 2));
    else {
      const width = process.stdout.isTTY ? Math.max(40, process.stdout.columns || 80) : undefined;
      for (const finding of findings) console.log(describe(finding, width).join("\n"));
      console.log(`\n${describeSums(sums)}`);
    }
    return sums.errors === 0 ? exitCodes.fine : exitCodes.fault;
  });
}

interface Sums {
  readonly errors: number;
  readonly warnings: number;
  readonly ok: number;
  readonly skipped: number;
}

function sumUp(findings: readonly CheckedFinding[]): Sums {
  const of = (level: CheckedFinding["level"]) => findings.filter((finding) => finding.level === level).length;
  return { errors: of("error"), warnings: of("warning"), ok: of("ok"), skipped: of("skipped") };
}

function describeSums({ errors, warnings, ok, skipped }: Sums): string {
  return [
    errors > 0 ? picocolors.red(count(errors, "error")) : count(errors, "error"),
    warnings > 0 ? picocolors.yellow(count(warnings, "warning")) : count(warnings, "warning"),
    `${ok} fine`,
    `${skipped} not looked at`,
  ].join(", ");
}

const nameWidth = Math.max(...checkNames.map((name) => name.length));

/** Its lines: what was found, and below it why it matters and what to do. */
function describe(finding: CheckedFinding, width: number | undefined): string[] {
  const { check, level, found } = finding;
  const indent = " ".repeat(nameWidth + 4);
  const told = wrap(visible(found), width, indent);
  const head = `${signs[level]} ${picocolors.bold(check.padEnd(nameWidth))}  ${told.trimStart()}`;
  if (finding.level !== "warning" && finding.level !== "error") return [head];
  const below = (label: string, text: string) =>
    wrap(`${label} ${visible(text)}`, width, indent).replace(label, picocolors.dim(label));
  return [head, below("why:", finding.why), below("do: ", finding.wayOut)];
}

const signs: Readonly<Record<CheckedFinding["level"], string>> = {
  ok: picocolors.green("✓"),
  warning: picocolors.yellow("!"),
  error: picocolors.red("✗"),
  skipped: picocolors.dim("-"),
};
