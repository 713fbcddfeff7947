import type { ProvidedDirectus } from '../live/sandbox.ts';
import { startFixtures } from './serve-fixtures.ts';
import { startProduct } from './serve-product.ts';
import { proxyWithToken } from './token-proxy.ts';

/** A server at an address. */
export type Served = { url: string; stop(): Promise<void> };

const START = { product: startProduct, fixtures: startFixtures };

/** Starts what the suite is to be pointed at, behind a proxy that signs in as the admin. */
export async function serve(what: keyof typeof START, { url, admin }: ProvidedDirectus): Promise<Served> {
  const server = await START[what](url);
  const proxy = await proxyWithToken(server.url, admin.token);
  return {
    url: proxy.url,
    async stop() {
      await proxy.stop();
      await server.stop();
    },
  };
}
