import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { startTelemetry } from '../../src/host/index.ts';
import { chatWith, mockModels, read, secretKey } from './fixtures/setup.ts';

/** A collector of traces that keeps what it is sent. */
async function collector() {
  const bodies: string[] = [];
  const headers: NodeJS.Dict<string | string[]>[] = [];
  const server = createServer(async (request, response) => {
    headers.push(request.headers);
    bodies.push(`${request.url} ${await text(request)}`);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies, headers };
}

function withEnv(values: Record<string, string>): void {
  Object.assign(process.env, values);
  onTestFinished(() => {
    for (const name of Object.keys(values)) delete process.env[name];
  });
}

test('is off by default, and when it is switched off', async () => {
  expect(await startTelemetry({})).toBeUndefined();
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' };
  expect(await startTelemetry({ ...endpoint, OTEL_SDK_DISABLED: 'true' })).toBeUndefined();
  expect(await startTelemetry({ ...endpoint, OTEL_TRACES_EXPORTER: 'none' })).toBeUndefined();
});

test('sends requests and tool calls, and what was said only when asked for', async () => {
  const { url, bodies, headers } = await collector();
  withEnv({
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-team=editors',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
  });
  const telemetry = await startTelemetry();
  const mock = await mockModels();
  const call = { id: 'call_1', name: 'notes', arguments: { action: 'read' } };
  mock.on({ userMessage: /notes/, hasToolResult: false }, { toolCalls: [call] });
  mock.on({ userMessage: /notes/, hasToolResult: true }, { content: 'The plum is first.' });
  const chat = await chatWith(mock);
  await read(chat.send('which notes are there, Mirabelle?'));
  await telemetry?.stop();
  const sent = bodies.join('\n');
  expect(sent).toContain('/v1/traces');
  expect(sent).toContain('"stringValue":"directus-assistant"');
  expect(sent).toContain('deployment.environment.name');
  expect(headers[0]?.['x-team']).toBe('editors');
  expect(sent).toContain('tester');
  expect(sent).toContain('notes');
  expect(sent).toContain('gen_ai.usage.input_tokens');
  expect(sent).not.toContain('Mirabelle');
  expect(sent).not.toContain('The plum');
  expect(sent).not.toContain(secretKey);
});

test('with content when asked for; a collector that is away harms nothing', async () => {
  const { url, bodies } = await collector();
  withEnv({
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true',
  });
  const telemetry = await startTelemetry();
  withEnv({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
  const away = await startTelemetry();
  const mock = await mockModels();
  mock.onMessage(/plum/, { content: 'Here.' });
  const chat = await chatWith(mock);
  expect((await read(chat.send('a plum, please'))).end.state).toBe('done');
  await telemetry?.stop();
  await away?.stop();
  expect(bodies.join('\n')).toContain('a plum, please');
  expect(bodies.join('\n')).not.toContain(secretKey);
});
