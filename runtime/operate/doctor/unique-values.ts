import { type Check, count, list, problems } from "./check.js";

/** A value of `unique` that is held for nobody keeps jobs out. */
export const uniqueValues: Check = {
  name: "unique-values",
  async examine({ inspector }) {
    const { values, isComplete } = await inspector.looseUniqueValues();
    const queues = [...new Set(values.map(({ queue }) => queue))];
    const all = isComplete ? "" : " There are more keys than were looked through.";
    return problems(
      queues.map((name) => {
        const here = values.filter(({ queue }) => queue === name);
        return {
          level: "warning",
          found: `${count(here.length, "unique value")} in ${name} held for jobs that are gone: ${list(here.map(({ jobId }) => jobId))}.${all}`,
          why: "Somebody removed the jobs behind BullMQ's back. A value that runs out keeps the next job out until then; others are only left over.",
          wayOut:
            "Remove jobs by `taskwright jobs rm`, never by DEL. The next job with such a value frees it, unless it runs out.",
        } as const;
      }),
      `Every unique value is held for a job that is there.${all}`,
    );
  },
};
