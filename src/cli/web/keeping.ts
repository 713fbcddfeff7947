import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Connection, connect } from '../../directus/connection.ts';
import { openConversations } from '../../host/conversations/file-store.ts';
import type { ConversationStore } from '../../host/conversations/store.ts';
import { beginningAnyway } from '../../host/conversations/unkept.ts';
import { type Ledger, openLedger } from '../../host/costs/ledger.ts';
import type { Settings } from '../../settings/schema.ts';
import { directusConversations } from '../../store/conversations.ts';
import { directusLedger } from '../../store/ledger.ts';
import { reaching } from '../../store/reach.ts';
import { openSharedSettings, type SharedSettings } from '../../store/settings.ts';

/** Where the pages keep what they keep: `store` in the settings. */
export type Store = {
  ledger: Ledger;
  /** @param token the one they act with now */
  conversationsOf(user: string, token: () => string): ConversationStore;
  /** Settings that all instances share, where they are in Directus. */
  shared: SharedSettings | undefined;
  close(): void;
};

/**
 * @param folder see `dataFolder`
 * @throws Error for people when the store is in Directus and the server has no account there
 */
export async function openStore(settings: () => Settings, folder: string): Promise<Store> {
  const urlNow = () => settings().directus.url;
  if (settings().store === 'files') {
    return {
      ledger: openLedger({ folder }),
      conversationsOf: (user) =>
        beginningAnyway(openConversations({ folder: join(folder, 'people', personal(urlNow(), user)) })),
      shared: undefined,
      close: () => {},
    };
  }
  const { token, email } = settings().directus;
  if (!token && !email) {
    throw new Error(
      'The store is in Directus, and for that the server needs an account of its own: set DIRECTUS_TOKEN to the token of an admin, or of a user with the policy "Assistant: server" (directus-assistant store create).',
    );
  }
  const server = connectionOf(settings);
  return {
    ledger: directusLedger(server.now),
    conversationsOf: (user, token) =>
      directusConversations({
        user,
        directus: reaching(() => connect({ url: urlNow(), token: token() }), server.now),
      }),
    shared: await openSharedSettings(server.now),
    close: server.close,
  };
}

/** The server's own Directus, by the settings in force now. */
function connectionOf(settings: () => Settings) {
  let made: { by: Settings['directus']; connection: Connection } | undefined;
  return {
    now(): Connection {
      const by = settings().directus;
      if (made?.by !== by) {
        made?.connection.close();
        made = { by, connection: connect(by) };
      }
      return made.connection;
    },
    close: () => made?.connection.close(),
  };
}

/** The name of a person's own folder: ids of one Directus say nothing in another. */
const personal = (directus: string | undefined, user: string): string =>
  createHash('sha256').update(`${directus} ${user}`).digest('hex').slice(0, 32);
