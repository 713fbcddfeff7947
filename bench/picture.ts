import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Serves one image over HTTP on loopback, for Directus to fetch. */
export async function servePicture(): Promise<{ url: string; close(): Promise<void> }> {
  const image = await readFile(new URL('../src/sandbox/assets/orchard.jpg', import.meta.url));
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'image/jpeg' });
    response.end(image);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/old-harbour.jpg`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
