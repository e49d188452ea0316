/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { JobState } from "../../runtime/operate/index.js";
import { timeInWords } from "./words.js";

type Mood = "good" | "bad" | "warn" | "info" | "calm";

/** A word with a colour, which alone tells nothing. */
export function Badge({ mood, children }: { readonly mood: Mood; readonly children: string }) {
  return <span class={`badge badge-${mood}`}>{children}</span>;
}

const moods: Readonly<Record<JobState, Mood>> = {
  waiting: "info",
  delayed: "warn",
  active: "info",
  completed: "good",
  dead: "bad",
  cancelled: "calm",
};

/** Where a job is. */
export function StateBadge({ state }: { readonly state: JobState }) {
  return <Badge mood={moods[state]}>{state}</Badge>;
}

/** A time beside now, with the whole of it for whoever asks. Both in ms since 1970. */
export function When({ at, now }: { readonly at: number; readonly now: number }) {
  const iso = new Date(at).toISOString();
  return (
    <time class="nowrap" datetime={iso} title={`${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`}>
      {timeInWords(at, now)}
    </time>
  );
}

/** A value as JSON, short enough for one line of a table. */
export function Brief({ value }: { readonly value: unknown }) {
  if (value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0)) {
    return <span class="muted">nothing</span>;
  }
  return <code class="brief">{cut(briefly(value), 140)}</code>;
}

function briefly(value: unknown): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return JSON.stringify(value);
  return Object.entries(value)
    .map(([name, member]) => `${name}: ${typeof member === "string" ? member : JSON.stringify(member)}`)
    .join(", ");
}

/** A value as JSON, whole, or what of it a page can bear. */
export function Json({ value }: { readonly value: unknown }) {
  const text = JSON.stringify(value, undefined, 2) ?? "nothing";
  return <Text text={text} />;
}

/** Text as it is written, or what of it a page can bear. */
export function Text({ text }: { readonly text: string }) {
  const rest = text.length - mostShown;
  return (
    <>
      <pre>{cut(text, mostShown)}</pre>
      {rest > 0 && <p class="hint">{`${rest.toLocaleString("en-GB")} more characters are not shown here.`}</p>}
    </>
  );
}

const mostShown = 20_000;

/** The first `most` characters, with a sign that there are more. */
export function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

/** A sentence whose words between backticks are code. */
export function Marked({ text }: { readonly text: string }) {
  return <>{text.split("`").map((part, n) => (n % 2 === 0 ? part : <code>{part}</code>))}</>;
}
