import { createHash } from "node:crypto";
import { type Command, Redis } from "ioredis";
import { reach } from "./points.js";
import { type SubjectName, subjectOfKey } from "./subjects.js";

/** A step of a payment that Redis remembers. */
interface Step {
  readonly subject: SubjectName;
  readonly name: "claim" | "commit" | "completion";
}

/**
 * An ordinary client whose process may be struck before it sends a step of a payment, or as soon as the answer is there.
 *
 * A caller may pass it as `connection`; the runtime knows nothing of it, and whatever it sends is seen here.
 */
export function openMortalRedis(url: string): Redis {
  return makeMortal(new Redis(url));
}

function makeMortal(client: Redis): Redis {
  const scripts = new Map<string, string>();
  const duplicate = client.duplicate.bind(client);
  const defineCommand = client.defineCommand.bind(client);
  const sendCommand = client.sendCommand.bind(client);

  client.duplicate = ((override) => makeMortal(duplicate(override) as Redis)) as Redis["duplicate"];
  client.defineCommand = (name, definition) => {
    defineCommand(name, definition);
    scripts.set(createHash("sha1").update(definition.lua).digest("hex"), name);
  };
  client.sendCommand = (command, ...rest) => {
    const step = stepOf(command, scripts);
    if (step === undefined) return sendCommand(command, ...rest);
    reach(step.subject, `before ${step.name}`);
    const answered = sendCommand(command, ...rest) as Promise<unknown>;
    // Before anybody else hears the answer, who might go on.
    answered.then(
      (answer) => {
        if (isDone(step, answer)) reach(step.subject, `after ${step.name}`);
      },
      () => undefined,
    );
    return answered;
  };
  return client;
}

/** `scripts`: names by their SHA-1. */
function stepOf({ name, args }: Command, scripts: ReadonlyMap<string, string>): Step | undefined {
  if (name === "set" && args.includes("NX")) return { subject: "setnx", name: "claim" };
  if (name !== "eval" && name !== "evalsha") return undefined;
  const [script = "", , key = ""] = args.slice(0, 3).map(String);
  const subject = subjectOfKey(key);
  if (subject === undefined) return undefined;
  if (script.includes('"begun"')) return { subject, name: "claim" };
  if (script.includes('"state", "done"')) return { subject, name: "commit" };
  const isCompletion = scripts.get(script)?.startsWith("moveToFinished") && args.includes("completed");
  return isCompletion ? { subject, name: "completion" } : undefined;
}

/** Whether the answer says that the step was taken, and not why it can't be. */
function isDone({ subject, name }: Step, answer: unknown): boolean {
  const first = Array.isArray(answer) ? String(answer[0]) : String(answer);
  if (name === "claim") return first === (subject === "setnx" ? "OK" : "begun");
  return name === "commit" ? first === "1" : !(Number(answer) < 0);
}
