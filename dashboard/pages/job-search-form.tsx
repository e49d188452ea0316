/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { type JobState, jobStates, type Manifest } from "../../runtime/operate/index.js";
import type { JobSearch } from "./job-search.js";
import type { Page } from "./layout.js";

/** The form above a list of jobs; `path` is the list's. */
export function JobSearchForm({
  page,
  path,
  search,
  manifest,
  states = jobStates,
}: {
  readonly page: Page;
  readonly path: string;
  readonly search: JobSearch;
  readonly manifest: Manifest;
  readonly states?: readonly JobState[];
}) {
  const queues = Object.keys(manifest.queues).map((name) => [name, name] as const);
  const tasks = manifest.tasks.map(({ name }) => [name, name] as const);
  return (
    <search>
      <form class="card filter" method="get" action={page.link(path)}>
        <div class="fields">
          <div class="field wide">
            <label for="text">Search</label>
            <input id="text" name="text" type="search" value={search.text} placeholder="Id, reference, reason…" />
          </div>
          <Choice name="task" label="Task" any="All tasks" chosen={search.task} options={tasks} />
          <Choice name="queue" label="Queue" any="All queues" chosen={search.queue} options={queues} />
          <Choice
            name="state"
            label="State"
            any="All states"
            chosen={search.state}
            options={states.map((state) => [state, state] as const)}
          />
          <Choice name="age" label="Since" any="Any time" chosen={search.age} options={ages} />
          <div class="actions">
            <button class="primary" type="submit">
              Search
            </button>
            <a class="button quiet" href={page.link(path)}>
              Clear
            </a>
          </div>
        </div>
      </form>
    </search>
  );
}

const ages = [
  ["1h", "Last hour"],
  ["24h", "Last 24 hours"],
  ["7d", "Last 7 days"],
  ["30d", "Last 30 days"],
] as const;

function Choice({
  name,
  label,
  any,
  chosen,
  options,
}: {
  readonly name: string;
  readonly label: string;
  readonly any: string;
  readonly chosen: string;
  readonly options: readonly (readonly [value: string, label: string])[];
}) {
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <select id={name} name={name}>
        <option value="">{any}</option>
        {options.map(([value, text]) => (
          <option value={value} selected={value === chosen}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}
