import { registerTelemetry } from 'ai';
import { version } from '../version.ts';

/** Ends telemetry after what is left was sent. Never rejects. */
export type Telemetry = { stop(): Promise<void> };

const isTrue = (text: string | undefined): boolean => text?.trim().toLowerCase() === 'true';

/**
 * Begins to send traces of model requests and tool calls when the environment asks for it, by the standard variables:
 * `OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` (and `..._HEADERS`), `OTEL_SERVICE_NAME`,
 * `OTEL_RESOURCE_ATTRIBUTES`; `OTEL_SDK_DISABLED` and `OTEL_TRACES_EXPORTER=none` keep it off. Sent as OTLP over HTTP.
 * What was said is in them only with `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true`.
 * @returns undefined when it is off, which it is by default
 */
export async function startTelemetry(env: NodeJS.ProcessEnv = process.env): Promise<Telemetry | undefined> {
  if (!isWanted(env)) return undefined;
  const [{ OpenTelemetry }, { BatchSpanProcessor, TracerProvider }, { OTLPTraceExporter }, resources] =
    await Promise.all([
      import('@ai-sdk/otel'),
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
  const own = resources.resourceFromAttributes({
    'service.name': 'directus-assistant',
    'service.version': version,
  });
  const given = resources.detectResources({ detectors: [resources.envDetector] });
  const provider = new TracerProvider({
    resource: own.merge(given),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  registerTelemetry(new OpenTelemetry({ tracer: provider.getTracer('directus-assistant', version) }));
  // A collector that is away must not keep anybody waiting.
  const timeoutMillis = 3000;
  return {
    stop: async () => {
      await provider.forceFlush({ timeoutMillis }).catch(() => {});
      await Promise.race([provider.shutdown().catch(() => {}), soon(timeoutMillis)]);
    },
  };
}

function isWanted(env: NodeJS.ProcessEnv): boolean {
  if (isTrue(env.OTEL_SDK_DISABLED) || env.OTEL_TRACES_EXPORTER?.trim() === 'none') return false;
  return Boolean(env.OTEL_EXPORTER_OTLP_ENDPOINT?.trim() || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?.trim());
}

const soon = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref());

/** What a request says of itself to telemetry: its purpose, and its content only when the environment asks for it. */
export function telemetryOf(functionId: string, env: NodeJS.ProcessEnv = process.env) {
  const content = isTrue(env.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT);
  return { functionId, recordInputs: content, recordOutputs: content };
}
