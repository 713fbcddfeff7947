import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { checkDirectus } from '../../src/cli/doctor/directus.ts';
import { masker } from '../../src/cli/doctor/mask.ts';
import { checkModels } from '../../src/cli/doctor/models.ts';
import { run } from '../../src/cli/doctor.ts';
import { startDemoModel } from '../../src/sandbox/demo-model.ts';
import { settingsSchema } from '../../src/settings/schema.ts';
import { planted } from '../secrets-planted.ts';

const TOKEN = planted.token;
let server: Server | undefined;

afterEach(() => {
  server?.close();
  server = undefined;
  process.exitCode = undefined;
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** Answers each path with a status and a body, as Directus would in that situation. */
async function answering(replies: Record<string, [status: number, body: unknown]>): Promise<string> {
  server = createServer((request, response) => {
    const [status, body] = replies[(request.url ?? '').split('?')[0] ?? ''] ?? [404, 'no such page'];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const settingsFor = (url: string | undefined) => settingsSchema.parse({ directus: { url, token: TOKEN } });
const refused = (code: string): [number, unknown] => [
  401,
  { errors: [{ message: 'no', extensions: { code } }] },
];
const pong: [number, unknown] = [200, 'pong'];

const findings = async (url: string | undefined) =>
  (await checkDirectus(settingsFor(url))).map(({ status, text, next = '' }) => `${status}: ${text} ${next}`);

test('names the user, the rights and the version', async () => {
  const url = await answering({
    '/server/ping': pong,
    '/users/me': [200, { data: { first_name: 'Eva', last_name: null, role: { name: 'Editor' } } }],
    '/policies/me/globals': [200, { data: { admin_access: false } }],
    '/permissions/me': [
      200,
      { data: { articles: { read: { access: 'full' }, update: { access: 'partial' } } } },
    ],
    '/server/info': [200, { data: {} }],
  });
  expect(await findings(url)).toEqual([
    expect.stringContaining('ok: Directus answers at'),
    expect.stringContaining('ok: The token belongs to Eva, role Editor.'),
    expect.stringContaining('ok: That user may read, update items.'),
    expect.stringContaining('ok: Directus tells its version to administrators only.'),
  ]);
});

test('warns of an administrator, and fails a user without any right', async () => {
  const user = { '/server/ping': pong, '/users/me': [200, { data: {} }] } satisfies Parameters<
    typeof answering
  >[0];
  const admin = await answering({
    ...user,
    '/policies/me/globals': [200, { data: { admin_access: true } }],
    '/server/info': [200, { data: { version: '11.17.4' } }],
  });
  const told = await findings(admin);
  expect(told[2]).toMatch(/^warn: That user is an administrator/);
  expect(told[3]).toContain('11.17.4');
  server?.close();
  const nobody = await answering({
    ...user,
    '/policies/me/globals': [200, { data: {} }],
    '/permissions/me': [200, { data: {} }],
    '/server/info': [200, { data: {} }],
  });
  expect((await findings(nobody))[2]).toMatch(/^fail: That user may not read/);
});

test('says what to do when nothing is set, nothing answers, the token is wrong, or it is no Directus', async () => {
  expect(await findings(undefined)).toEqual([
    expect.stringMatching(/^fail: No Directus is configured.*DIRECTUS_URL/),
  ]);

  const gone = await answering({});
  await new Promise((resolve) => server?.close(resolve));
  expect(await findings(gone)).toEqual([
    expect.stringMatching(/^fail: .*cannot be reached.*Check that Directus runs/),
  ]);

  const expired = await answering({ '/server/ping': pong, '/users/me': refused('INVALID_CREDENTIALS') });
  expect((await findings(expired))[1]).toMatch(/^fail: Directus does not accept the token.*press Save/);
  server?.close();

  const other = await answering({});
  expect(await findings(other)).toEqual([
    expect.stringMatching(/^fail: Something answers at .*, but not Directus/),
  ]);
});

test('tries each provider with a tool round trip, and names the one that fails', async () => {
  const demo = await startDemoModel();
  const good = { name: 'demo', baseUrl: demo.baseUrl, models: [{ id: 'demo' }] };
  const broken = { name: 'broken', baseUrl: demo.baseUrl.replace('/v1', '/v9'), models: [{ id: 'x' }] };
  const found = await checkModels(settingsSchema.parse({ ai: { compatible: [good, broken] } }));
  await demo.stop();
  const of = (name: string) =>
    found.filter(({ text }) => text.startsWith(`${name},`)).map(({ status }) => status);
  expect(of('demo')).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok']);
  expect(of('broken').at(-1)).toBe('fail');
});

test('masks every secret, and nothing else of a provider', () => {
  const mask = masker(
    settingsSchema.parse({
      directus: { token: TOKEN },
      ai: {
        openai: { apiKey: planted.key },
        compatible: [
          {
            name: 'local',
            baseUrl: 'http://localhost:1/v1',
            apiKey: planted.otherKey,
            headers: { 'X-Key': planted.header },
          },
        ],
      },
    }),
  );
  expect(
    mask(`${TOKEN} ${planted.key} ${planted.otherKey} ${planted.header} local http://localhost:1/v1`),
  ).toBe('•••• •••• •••• •••• local http://localhost:1/v1');
});

test('A26 an unknown tool name and an unknown setting are failures; the report is JSON when asked, and the exit code 1', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  const config = join(folder, 'settings.json');
  writeFileSync(config, JSON.stringify({ readOnyl: true, tools: { exclude: ['flws'] } }));
  const url = await answering({ '/server/ping': pong, '/users/me': refused('INVALID_CREDENTIALS') });
  vi.stubEnv('DIRECTUS_URL', url);
  vi.stubEnv('DIRECTUS_TOKEN', TOKEN);
  vi.stubEnv('AI_ENABLED', 'false');
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  await run({ config, json: true });
  const printed = String(log.mock.calls[0]?.[0]);
  const report = JSON.parse(printed);
  expect(log).toHaveBeenCalledTimes(1);
  expect(report.ok).toBe(false);
  expect(printed).toContain('Did you mean \\"readOnly\\"');
  expect(printed).toContain('Did you mean \\"flows\\"');
  expect(printed).not.toContain(TOKEN);
  expect(report.clients).toHaveLength(9);
  expect(process.exitCode).toBe(1);
});
