import { describe, expect, test, vi } from 'vitest';
import { tools } from '../../../src/tools/list.ts';
import type { Connect } from '../fixtures/clients.ts';
import type { Reach, Target } from '../fixtures/reach.ts';

const ALL = tools.map(({ name }) => name);

/** Writes the settings until they are seen: over stdio a server begins to watch the file shortly after it has started. */
const change = ({ settings }: Target, content: unknown, isSeen: () => void | Promise<void>) =>
  vi.waitFor(
    async () => {
      await settings(content);
      await vi.waitFor(isSeen, { timeout: 1000 });
    },
    { timeout: 8000 },
  );

/**
 * What happens while the settings change. That the list of tools changed is told over stdio as it happens, over HTTP on
 * the stream that a 2025 session has open for it (GET), and to 2026 clients on the one of `subscriptions/listen`.
 */
export function changesSuite({ open }: Reach, clients: [string, Connect][]): void {
  // The AI SDK has no way to be told.
  describe.each(clients.filter(([name]) => name !== 'AI SDK'))(
    '%s, while the settings change',
    (_name, connect) => {
      test('a disabled tool leaves the list, clients are told, and it is refused in words', async () => {
        const changed = vi.fn();
        const target = await open({ settings: {} });
        const client = await connect(target, changed);
        expect((await client.call('folders', { action: 'read' })).isError).toBe(false);

        await change(target, { tools: { exclude: ['folders', 'items.update'] } }, () =>
          expect(changed).toHaveBeenCalled(),
        );
        const listed = await client.tools();
        expect(listed.map(({ name }) => name)).toEqual(ALL.filter((name) => name !== 'folders'));
        expect(JSON.stringify(listed.find((one) => one.name === 'items')?.inputSchema)).not.toContain(
          'update',
        );
        const refused = await client.call('folders', { action: 'read' });
        expect(refused).toMatchObject({ isError: true });
        expect(refused.text).toMatch(
          /NOT_AVAILABLE: folders\.read is not available\. Switched off by tools\.exclude/,
        );
      });

      test('a half-written file leaves only reading and says so; mended, all is back', async () => {
        const target = await open({ settings: {} });
        const client = await connect(target);
        const create = () => client.call('folders', { action: 'create', data: [{}] });
        expect((await create()).text).not.toContain('NOT_AVAILABLE');

        await change(target, '{"tools": {"exclude": ["fl', async () =>
          expect((await create()).text).toMatch(/NOT_AVAILABLE.*settings file .* cannot be read/),
        );
        const listed = await client.tools();
        expect(listed.map(({ annotations }) => Reflect.get(annotations ?? {}, 'readOnlyHint'))).not.toContain(
          false,
        );

        await change(target, {}, async () => expect((await create()).text).not.toContain('NOT_AVAILABLE'));
      });
    },
  );
}
