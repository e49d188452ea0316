import { createRequire } from "node:module";
import { context, propagation, SpanKind, SpanStatusCode, type TextMapPropagator, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace-base";

/** A span as a test reads it. */
export interface SeenSpan {
  readonly name: string;
  readonly kind: string;
  readonly traceId: string;
  /** The name of its parent; the id, if that was not seen; undefined: it begins its trace. */
  readonly parent: string | undefined;
  /** Its message, of a failed one. */
  readonly error: string | undefined;
  readonly attributes: ReadableSpan["attributes"];
  readonly events: readonly string[];
}

/** Makes OpenTelemetry keep the spans of this process in memory, as an application's SDK would export them. */
export function recordSpans() {
  const exporter = new InMemorySpanExporter();
  const ids: string[] = [];
  const order: SpanProcessor = {
    onStart: (span) => void ids.push(span.spanContext().spanId),
    onEnd: () => undefined,
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  };
  const spanProcessors = [order, new SimpleSpanProcessor(exporter)];
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors }));
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const tracer = trace.getTracer("test");
  return {
    /** Runs `work` in a span, as a request of a web server would. */
    within: <T>(name: string, work: () => Promise<T>): Promise<T> =>
      tracer.startActiveSpan(name, async (span) => {
        try {
          return await work();
        } finally {
          span.end();
        }
      }),
    /** Those that have ended and whose name matches, in the order of their start. */
    seen(pattern: RegExp): readonly SeenSpan[] {
      const all = exporter.getFinishedSpans();
      const names = new Map(all.map((span) => [span.spanContext().spanId, span.name]));
      const startOf = (span: ReadableSpan) => ids.indexOf(span.spanContext().spanId);
      return all
        .filter(({ name }) => pattern.test(name))
        .sort((a, b) => startOf(a) - startOf(b))
        .map((span) => {
          const parentId = span.parentSpanContext?.spanId;
          return {
            name: span.name,
            kind: SpanKind[span.kind] ?? "",
            traceId: span.spanContext().traceId,
            parent: parentId === undefined ? undefined : (names.get(parentId) ?? parentId),
            error: span.status.code === SpanStatusCode.ERROR ? span.status.message : undefined,
            attributes: span.attributes,
            events: span.events.map(({ name }) => name),
          };
        });
    },
  };
}

// A part of the SDK that the SDK itself does not hand out.
const ofSdk = createRequire(createRequire(import.meta.url).resolve("@opentelemetry/sdk-trace-base"));
const { W3CTraceContextPropagator } = ofSdk("@opentelemetry/core") as {
  readonly W3CTraceContextPropagator: new () => TextMapPropagator;
};
