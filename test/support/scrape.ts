import type { silentLogger } from "./project.js";

/** One sample of a scrape: its name, its labels, its value. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The samples of Prometheus' text format. */
export function readSamples(text: string): readonly Sample[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const {
        name = "",
        labels = "",
        value = "",
      } = /^(?<name>[a-zA-Z_:][\w:]*)(?:\{(?<labels>.*)\})? (?<value>\S+)$/.exec(line)?.groups ?? {};
      const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, text]) => [label, text]);
      return { name, labels: Object.fromEntries(pairs), value: Number(value) };
    });
}

/** The one value of metric `name` with `labels` among others; undefined when there is none. */
export function sampleOf(
  text: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const found = readSamples(text).filter(
    (each) => each.name === name && Object.entries(labels).every(([label, value]) => each.labels[label] === value),
  );
  if (found.length > 1) throw new Error(`${name} has ${found.length} values with ${JSON.stringify(labels)}.`);
  return found[0]?.value;
}

/** Where a worker told its logger that it is served. */
export function urlOf({ lines }: ReturnType<typeof silentLogger>): string {
  const line = lines.find(({ message }) => message === "serving");
  return String((line?.fields as { readonly url?: string } | undefined)?.url);
}
