import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { validate } from 'dockerfile-utils';
import { afterAll, expect, test } from 'vitest';
import * as z from 'zod';

const root = new URL('../../../', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, root), 'utf8');
const dockerfile = read('Dockerfile');

type Instruction = { keyword: string; rest: string };

const instructions: Instruction[] = dockerfile
  .split('\n')
  .filter((line) => line.trim() !== '' && !line.startsWith('#'))
  .map((line) => ({ keyword: line.split(' ', 1)[0] ?? '', rest: line.slice(line.indexOf(' ') + 1).trim() }));
const restsOf = (keyword: string, among = instructions) =>
  among.filter((each) => each.keyword === keyword).map(({ rest }) => rest);
const final = instructions.slice(instructions.findLastIndex(({ keyword }) => keyword === 'FROM'));

test('the Dockerfile has no faults', () => {
  expect(validate(dockerfile)).toEqual([]);
});

test('it is built in stages, each from one pinned version, and takes nothing from the net but packages', () => {
  const images = restsOf('FROM').map((rest) => rest.split(' ')[0]);
  expect(images.length).toBeGreaterThan(1);
  for (const image of images) expect(image).toMatch(/^node:\d+-slim$/);
  expect(restsOf('ADD')).toEqual([]);
  for (const command of restsOf('RUN')) expect(command).toMatch(/^npm (ci|run build)\b/);
});

test('what runs is no one special, has only what it runs with, and holds no secrets', () => {
  expect(restsOf('USER', final)).toEqual(['node']);
  expect(restsOf('RUN', final)).toEqual([]);
  const [dependencies] = restsOf('COPY', final).filter((rest) => rest.includes('node_modules'));
  const stage = /--from=(\w+)/.exec(dependencies ?? '')?.[1] ?? 'none';
  const start = instructions.findIndex(({ rest }) => rest.endsWith(` AS ${stage}`));
  const end = instructions.findIndex(({ keyword }, index) => keyword === 'FROM' && index > start);
  expect(restsOf('RUN', instructions.slice(start, end))).toEqual([expect.stringContaining('--omit=dev')]);
  expect(restsOf('ARG')).toEqual([]);
  expect(restsOf('ENV').join(' ')).not.toMatch(/token|secret|key|password/i);
});

test('it serves MCP over HTTP, to others, and ends when told to', () => {
  expect([...restsOf('ENTRYPOINT', final), ...restsOf('CMD', final)].map((rest) => JSON.parse(rest))).toEqual(
    [
      ['node', '/app/dist/bin.js'],
      ['mcp', '--http'],
    ],
  );
  expect(restsOf('ENV', final).join(' ')).toContain('HTTP_HOST=0.0.0.0');
  expect(restsOf('EXPOSE', final)).toEqual(['8056']);
  expect(restsOf('STOPSIGNAL', final)).toEqual(['SIGTERM']);
});

test('everything that it copies is there, and is sent to the build', () => {
  const sources = restsOf('COPY')
    .filter((rest) => !rest.startsWith('--from'))
    .flatMap((rest) => rest.split(' ').slice(0, -1));
  expect(sources.filter((source) => !existsSync(new URL(source, root)))).toEqual([]);
  const sent = read('.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'));
  expect(sent.map((line) => line.slice(1)).toSorted()).toEqual([...new Set(sources)].toSorted());
});

test('what the build is told by is sent to it with all that it takes from beside it', () => {
  const copied = restsOf('COPY')
    .filter((rest) => !rest.startsWith('--from'))
    .flatMap((rest) => rest.split(' ').slice(0, -1));
  const taken = [...read('tsdown.config.ts').matchAll(/from '\.\/([^']+)'/g)].map(([, path = '']) => path);
  expect(taken.length).toBeGreaterThan(0);
  expect(
    taken.filter((path) => !copied.includes(path) && !copied.includes(path.split('/')[0] ?? '')),
  ).toEqual([]);
  for (const path of taken) expect(read(path)).not.toMatch(/from '\.\.?\//);
});

let status = 200;
const server = createServer((request, response) => {
  response.writeHead(request.url === '/healthz' ? status : 404).end();
}).listen(0, '127.0.0.1');
afterAll(() => server.close());

/** Runs what HEALTHCHECK says, as Docker would. */
async function health(env: Record<string, string>): Promise<number | null> {
  const [check = ''] = restsOf('HEALTHCHECK', final);
  const [, ...words] = z.array(z.string()).parse(JSON.parse(check.slice(check.indexOf('['))));
  const child = spawn(process.execPath, words, { env });
  const [code] = await once(child, 'exit');
  return z.number().nullable().parse(code);
}

test('its health check tells a server that answers from one that does not', async () => {
  const port = String((server.address() as AddressInfo).port);
  expect(await health({ HTTP_PORT: port })).toBe(0);
  expect(await health({ PORT: port })).toBe(0);
  status = 503;
  expect(await health({ HTTP_PORT: port })).toBe(1);
  expect(await health({ HTTP_PORT: '1' })).toBe(1);
});
