import type { Telemetry } from "bullmq";

/** What OpenTelemetry offers and BullMQ's Telemetry has no word for. */
export interface OpenTelemetry {
  /** The context that is in no span. */
  readonly root: unknown;
  /** Gives the active span the status of an error. */
  markFailed(message: string): void;
}

/** Undefined when `telemetry` is of another make, or the API of OpenTelemetry is not there. */
export async function loadOpenTelemetry({ contextManager }: Telemetry): Promise<OpenTelemetry | undefined> {
  const active: unknown = contextManager.active();
  if (typeof active !== "object" || active === null || !("setValue" in active)) return undefined;
  try {
    const { ROOT_CONTEXT, SpanStatusCode, trace } = await import("@opentelemetry/api");
    return {
      root: ROOT_CONTEXT,
      markFailed: (message) => void trace.getActiveSpan()?.setStatus({ code: SpanStatusCode.ERROR, message }),
    };
  } catch {
    return undefined;
  }
}
