import { trace } from "@opentelemetry/api";
import { BasicTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";

/* An SDK of OpenTelemetry as `node --import` starts it, which prints the spans of the process. */

const exporter = {
  export: (spans) => spans.forEach(({ name }) => void process.stdout.write(`span ${name}\n`)),
  shutdown: async () => undefined,
};
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
