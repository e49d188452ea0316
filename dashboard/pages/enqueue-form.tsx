/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { Child } from "hono/jsx";
import type { Issue } from "../../runtime/errors.js";
import type { ManifestTask } from "../../runtime/operate/manifest.js";
import { Csrf, type Page } from "./layout.js";
import type { PayloadField } from "./payload-fields.js";

/** What a form holds, and what is wrong with it. */
export interface EnqueueDraft {
  /** By the field's name. */
  readonly texts: ReadonlyMap<string, string>;
  /** The whole payload as JSON, where it has no fields. */
  readonly json: string;
  readonly delay: string;
  readonly id: string;
  readonly issues: readonly Issue[];
  /** About the whole, beside the payload. */
  readonly problem: string | undefined;
  /** Nobody has typed it: it was made up. */
  readonly isExample: boolean;
}

/** A form of nothing. */
export const emptyDraft: EnqueueDraft = {
  texts: new Map(),
  json: "{}",
  delay: "",
  id: "",
  issues: [],
  problem: undefined,
  isExample: false,
};

/** A form that enqueues a job of `task`, with what was wrong with it last time at each field. */
export function EnqueueForm({
  page,
  task,
  fields,
  draft,
}: {
  readonly page: Page;
  readonly task: ManifestTask;
  /** Undefined: one text for it all. */
  readonly fields: readonly PayloadField[] | undefined;
  readonly draft: EnqueueDraft;
}) {
  const issuesOf = (name: string) => draft.issues.filter((issue) => fieldOf(issue) === name);
  const own = draft.issues.filter((issue) => !(fields ?? []).some(({ name }) => name === fieldOf(issue)));
  const count = draft.issues.length + (draft.problem === undefined ? 0 : 1);
  return (
    <form method="post" action={page.link(`/tasks/${encodeURIComponent(task.name)}/enqueue`)} novalidate>
      <Csrf page={page} />
      {count > 0 && (
        <div class="problems" role="alert">
          <strong>Nothing was enqueued.</strong>
          {draft.problem !== undefined && <p>{draft.problem}</p>}
          {draft.issues.length > 0 && (
            <ul>
              {draft.issues.map((issue) => (
                <li>
                  <IssueText issue={issue} />
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
      {task.payload === undefined && <p class="muted">This task takes no payload.</p>}
      {draft.isExample && <p class="muted">An example that fits is filled in.</p>}
      {fields?.map((field) => (
        <MemberField field={field} text={draft.texts.get(field.name) ?? ""} issues={issuesOf(field.name)} />
      ))}
      {task.payload !== undefined && fields === undefined && (
        <Field id="payload" label="Payload, as JSON" issues={own}>
          {(marks) => (
            <textarea id="payload" name="payload" rows={10} spellcheck={false} {...marks}>
              {draft.json}
            </textarea>
          )}
        </Field>
      )}
      <div class="fields settings">
        <div class="field">
          <label for="delay">Delay</label>
          <input id="delay" name="delay" value={draft.delay} placeholder="none, or 5m, 24h" autocomplete="off" />
        </div>
        <div class="field">
          <label for="id">Id</label>
          <input id="id" name="id" value={draft.id} placeholder="given by the queue" autocomplete="off" />
        </div>
      </div>
      <button class="primary" type="submit">
        Enqueue
      </button>
    </form>
  );
}

function MemberField({
  field,
  text,
  issues,
}: {
  readonly field: PayloadField;
  readonly text: string;
  readonly issues: readonly Issue[];
}) {
  const { name, kind, choices, isRequired, description, rule } = field;
  const id = `field-${name}`;
  const hint = [description, rule === "" ? undefined : `(${rule})`].filter(Boolean).join(" ");
  const label = isRequired ? name : `${name} (optional)`;
  return (
    <Field id={id} label={label} hint={hint} issues={issues}>
      {(marks) => {
        const common = {
          id,
          name: `field:${name}`,
          "aria-required": isRequired ? ("true" as const) : undefined,
          ...marks,
        };
        switch (kind) {
          case "choice":
          case "boolean":
            return (
              <select {...common}>
                <option value="">{isRequired ? "Choose…" : "Left out"}</option>
                {(kind === "boolean" ? ["true", "false"] : choices).map((choice) => (
                  <option value={choice} selected={choice === text}>
                    {choice.replace(/^"(.*)"$/, "$1")}
                  </option>
                ))}
              </select>
            );
          case "json":
            return (
              <textarea rows={3} spellcheck={false} {...common}>
                {text}
              </textarea>
            );
          case "number":
            return <input inputmode="decimal" value={text} autocomplete="off" {...common} />;
          case "text":
            return <input value={text} autocomplete="off" {...common} />;
        }
      }}
    </Field>
  );
}

interface Marks {
  readonly "aria-invalid": "true" | undefined;
  readonly "aria-describedby": string | undefined;
}

function Field({
  id,
  label,
  hint = "",
  issues,
  children,
}: {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly issues: readonly Issue[];
  readonly children: (marks: Marks) => Child;
}) {
  const described = [issues.length > 0 && `${id}-problem`, hint !== "" && `${id}-hint`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        "aria-invalid": issues.length > 0 ? "true" : undefined,
        "aria-describedby": described === "" ? undefined : described,
      })}
      {issues.length > 0 && (
        <div class="field-problem" id={`${id}-problem`}>
          {issues.map((issue) => (
            <div>
              <IssueText issue={issue} />
            </div>
          ))}
        </div>
      )}
      {hint !== "" && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

function IssueText({ issue }: { readonly issue: Issue }) {
  const { pointer, message, params } = issue;
  const { missingProperty: missing } = params;
  if (typeof missing !== "string") return <PlacedText pointer={pointer} text={message} />;
  // At the place where it is missed, not at the object that lacks it.
  const place = `${pointer}/${missing.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  return <PlacedText pointer={place} text="is required" />;
}

function PlacedText({ pointer, text }: { readonly pointer: string; readonly text: string }) {
  return (
    <>
      <code>{pointer || "/"}</code> {text}
    </>
  );
}

/** The member that an issue is about: also one that is missing, whose pointer is the whole's. */
function fieldOf({ pointer, params }: Issue): string | undefined {
  if (pointer === "") return typeof params.missingProperty === "string" ? params.missingProperty : undefined;
  return pointer.split("/")[1]?.replaceAll("~1", "/").replaceAll("~0", "~");
}
