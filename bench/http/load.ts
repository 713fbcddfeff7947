/**
 * The load: a process of its own that sends the requests of several clients over kept connections, with as little
 * code as Node needs for it. All contestants are loaded by this one, so that what it costs is the same for all.
 */
import http from 'node:http';
import type { Job, Loaded, Sent } from './loader.ts';

const agents = new Map<string, http.Agent>();

process.on('message', (job: Job) => {
  work(job).then(
    (loaded) => process.send?.({ loaded }),
    (error: unknown) => process.send?.({ error: error instanceof Error ? error.message : String(error) }),
  );
});

/** Each client sends its request again as soon as it has the answer. */
async function work({ who, clients, holds, ms, calls }: Job): Promise<Loaded> {
  const agent = agents.get(who) ?? new http.Agent({ keepAlive: true, maxSockets: clients.length });
  agents.set(who, agent);
  const began = performance.now();
  const end = began + (ms ?? Number.POSITIVE_INFINITY);
  let left = calls ?? Number.POSITIVE_INFINITY;
  let answers = 0;
  const client = async (sent: Sent) => {
    while (performance.now() < end && left > 0) {
      left -= 1;
      check(await exchange(sent, agent), holds);
      answers += 1;
    }
  };
  await Promise.all(clients.map(client));
  return { answers, ms: performance.now() - began };
}

/** An answer that is not whole is no figure. */
function check(body: string, holds: string[]): void {
  const missing = holds.find((word) => !body.includes(word));
  if (missing !== undefined) throw new Error(`An answer does not hold "${missing}": ${body.slice(0, 300)}`);
}

function exchange({ url, method, headers, body }: Sent, agent: http.Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`${url} answered ${response.statusCode}: ${text.slice(0, 300)}`));
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}
