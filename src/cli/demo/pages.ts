import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import open from 'open';
import { leaves } from '../../settings/leaves.ts';
import { NETWORK } from '../chat-server.ts';
import { type Newsroom, SETTINGS } from './newsroom.ts';

/**
 * Serves the pages on the newsroom and opens them in the person's browser, until they end it.
 * @returns what went wrong
 */
export async function showPages(newsroom: Newsroom, signal: AbortSignal): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'directus-assistant-demo-'));
  try {
    const config = join(folder, 'directus-assistant.json');
    await writeFile(config, JSON.stringify(settingsFor(newsroom)));
    const child = spawn(process.execPath, [process.argv[1] ?? '', 'web', '--port', '0', '--config', config], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      // What is said and set in the demo goes with it.
      env: {
        ...passed(),
        XDG_CONFIG_HOME: folder,
        XDG_DATA_HOME: folder,
        DIRECTUS_URL: newsroom.sandbox.url,
      },
    });
    const ended = once(child, 'exit');
    signal.addEventListener('abort', () => child.kill('SIGINT'), { once: true });
    const address = await addressIn(createInterface(child.stderr));
    child.stderr.resume();
    if (address === undefined) return signal.aborted ? [] : ['The pages could not be served.'];
    console.log(`\n${welcome(newsroom, address)}`);
    // Where there is no browser, the address is enough.
    await open(address).catch(() => {});
    await ended;
    return [];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Of the person's environment the keys of providers count, and nothing that would make the demo another one. */
function passed(): Record<string, string> {
  const keys = leaves
    .filter(({ path }) => path[0] === 'ai')
    .flatMap(({ meta }) => (meta.secret ? (meta.env ?? []) : []));
  return Object.fromEntries(
    ['PATH', 'HOME', 'SystemRoot', ...NETWORK, ...keys].flatMap((name): [string, string][] => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function settingsFor({ endpoint }: Newsroom): object {
  const models = [{ id: endpoint.model, name: 'Demo model, scripted' }];
  return {
    ...SETTINGS,
    ai: {
      model: `demo/${endpoint.model}`,
      compatible: [{ name: 'demo', baseUrl: endpoint.baseUrl, models }],
    },
  };
}

async function addressIn(lines: AsyncIterable<string>): Promise<string | undefined> {
  for await (const line of lines) {
    const [, address] = /^The assistant is at (\S+)$/.exec(line) ?? [];
    if (address) return address;
  }
  return undefined;
}

const welcome = ({ sandbox: { url, version, admin, editor } }: Newsroom, address: string): string =>
  [
    `The assistant:  ${address}`,
    `Studio:         ${url}/admin (Directus ${version} with the content of a small newsroom)`,
    `Sign in as      ${admin.email}, password ${admin.password} (admin: sees Settings and Usage too)`,
    `or as           ${editor.email}, password ${editor.password}`,
    '',
    'The model is scripted: try "show the newest 3 articles", then "change the status of article 3 to draft".',
    '"help" shows what it understands. Ctrl+C ends everything.',
  ].join('\n');
