import { type Span, SpanKind, type Telemetry, TelemetryAttributes } from "bullmq";
import type { EnqueuedJob } from "../client/task-client.js";
import type { StoreJob } from "../store/queue.js";
import type { TaskDefinition } from "../task.js";
import { toFailure } from "../worker/failure.js";
import type { Outcome } from "../worker/outcome.js";
import { loadOpenTelemetry } from "./open-telemetry.js";

/** Makes spans of what becomes of jobs, through the caller's Telemetry. Attributes have the names that BullMQ gives them. */
export interface Tracing {
  /** Sends jobs of `task` within a producer's span, which is the active context meanwhile. */
  produce<Jobs extends readonly EnqueuedJob[]>(
    task: TaskDefinition,
    operation: "add" | "addBulk",
    send: () => Promise<Jobs>,
  ): Promise<Jobs>;
  /**
   * Makes one attempt within a consumer's span: of the trace that the job carries, or of one of its own when it carries
   * none, or one that cannot be read.
   */
  consume(job: StoreJob, queue: string, attempt: () => Promise<Outcome>): Promise<Outcome>;
}

/** Tracing by `telemetry`. */
export async function openTracing(telemetry: Telemetry): Promise<Tracing> {
  const { tracer, contextManager } = telemetry;
  const openTelemetry = await loadOpenTelemetry(telemetry);

  /** `conclude` completes the span, and says how the work failed although it did not throw. */
  async function within<T>(
    { name, kind, parent, attributes }: PlannedSpan,
    work: () => Promise<T>,
    conclude: (span: Span, result: T) => Failure | undefined,
  ): Promise<T> {
    const span = tracer.startSpan(name, { kind }, parent);
    span.setAttributes(attributes);
    const context: unknown = span.setSpanOnContext(parent);

    function fail({ error }: Failure): void {
      // Of a copy, since reading what was thrown may throw.
      const { message, stack = message } = toFailure(error);
      const type = typeOf(error);
      span.recordException({ name: type, message, stack });
      span.setAttribute("error.type", type);
      contextManager.with(context, () => openTelemetry?.markFailed(message));
    }

    try {
      const result = await contextManager.with(context, work);
      const failure = conclude(span, result);
      if (failure !== undefined) fail(failure);
      return result;
    } catch (error) {
      fail({ error });
      throw error;
    } finally {
      span.end();
    }
  }

  /** That of `job`, in no span that this process happens to be in. */
  function contextOf(job: StoreJob): unknown {
    const own: unknown = contextManager.root?.() ?? openTelemetry?.root ?? contextManager.active();
    const carried: unknown = job.opts.telemetry?.metadata;
    if (typeof carried !== "string") return own;
    try {
      return contextManager.fromMetadata(own, carried);
    } catch {
      // Whoever enqueued it may have written anything.
      return own;
    }
  }

  return {
    produce(task, operation, send) {
      const name = `${operation} ${task.queue}.${task.name}`;
      const attributes = attributesOf(task.name, task.queue, operation);
      const parent: unknown = contextManager.active();
      return within({ name, kind: SpanKind.PRODUCER, parent, attributes }, send, (span, jobs) => {
        const [first] = jobs;
        if (operation === "addBulk") span.setAttribute(TelemetryAttributes.BulkCount, jobs.length);
        else if (first !== undefined) {
          span.setAttributes({
            [TelemetryAttributes.JobId]: first.id,
            "taskwright.deduplicated": first.deduplicated,
          });
        }
        return undefined;
      });
    },
    consume(job, queue, attempt) {
      const attributes = {
        ...attributesOf(job.name, queue, "process"),
        [TelemetryAttributes.JobId]: job.id,
        [TelemetryAttributes.JobAttemptsMade]: job.attemptsMade,
      };
      const span = {
        name: `process ${queue}.${job.name}`,
        kind: SpanKind.CONSUMER,
        parent: contextOf(job),
        attributes,
      };
      return within(span, attempt, (made, outcome) => {
        made.setAttribute("taskwright.outcome", outcome.kind);
        return outcome.kind === "failed" || outcome.kind === "dead" ? outcome : undefined;
      });
    },
  };
}

interface PlannedSpan {
  readonly name: string;
  readonly kind: SpanKind;
  /** Of the Telemetry, which alone knows what it is. */
  readonly parent: unknown;
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
}

interface Failure {
  readonly error: unknown;
}

function attributesOf(task: string, queue: string, operation: string) {
  return {
    [TelemetryAttributes.QueueName]: queue,
    [TelemetryAttributes.QueueOperation]: operation,
    [TelemetryAttributes.JobName]: task,
  };
}

function typeOf(error: unknown): string {
  try {
    return error instanceof Error ? error.name : typeof error;
  } catch {
    return "Error";
  }
}
