import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { styleText } from 'node:util';
import { type Connection, connect } from '../directus/connection.ts';
import { DirectusError } from '../directus/errors.ts';
import { path } from '../directus/path.ts';
import type { Settings } from '../settings/schema.ts';
import type { Part } from '../store/inspect.ts';
import { ownPolicy, serverPolicy } from '../store/layout.ts';
import {
  checkStore,
  countConversations,
  createStore,
  findRoles,
  giveToRole,
  giveToServer,
  type Role,
  removeStore,
} from '../store/setup.ts';
import { oneLine } from '../terminal/text.ts';
import { guarded } from './guarded.ts';
import { loadFor, type SettingsOptions } from './options.ts';
import { askHidden } from './providers/key.ts';

/** `directus-assistant store create`: makes what is missing, and says what was there and what was done. */
export const create = (options: SettingsOptions & { roles?: string }): Promise<void> =>
  asAdmin(options, async (admin, settings) => {
    const names = (options.roles ?? '').split(',').flatMap((name) => name.trim() || []);
    const roles = await findRoles(admin, names);
    const { parts, withoutRules } = await createStore(admin, ({ what, state }) =>
      console.log(`${state === 'missing' ? 'made' : 'mended'}  ${what}`),
    );
    const there = parts.filter(({ state }) => state === 'there').length;
    if (there > 0) console.log(`${there} of ${parts.length} parts were there already.`);
    report(parts.filter(({ state, make }) => state === 'differs' && !make));
    if (withoutRules) console.log(WITHOUT_RULES);
    else await give(admin, roles);
    await giveServer(admin, settings);
    if (settings.store !== 'directus')
      console.log('\nTo use it, start each instance of `web` with DIRECTUS_ASSISTANT_STORE=directus.');
  });

/** `directus-assistant store check`: exit code 1 when something is missing or different. */
export const check = (options: SettingsOptions): Promise<void> =>
  asAdmin(options, async (admin) => {
    const { parts, withoutRules } = await checkStore(admin);
    const faults = parts.filter(({ state }) => state !== 'there');
    report(faults);
    if (faults.length === 0) console.log(`All ${parts.length} parts of the store are there.`);
    if (withoutRules) console.log(WITHOUT_RULES);
    if (faults.length === 0) return;
    if (faults.some(({ make }) => make)) console.log('\nMake and mend with: directus-assistant store create');
    process.exitCode = 1;
  });

/** `directus-assistant store remove`: removes all of it, after asking. */
export const remove = (options: SettingsOptions & { yes?: boolean }): Promise<void> =>
  asAdmin(options, async (admin) => {
    if (!options.yes && !(await agreed(await countConversations(admin), admin.url))) {
      console.log('Nothing was removed.');
      return;
    }
    const removed = await removeStore(admin);
    console.log(removed.length > 0 ? `Removed: ${removed.join(', ')}.` : 'There was nothing to remove.');
  });

const WITHOUT_RULES =
  'This Directus has no licence for permission rules. So nobody gets rights on the collections: the server keeps conversations for people, and gives each only their own.';

function report(parts: readonly Part[]): void {
  for (const { what, state, how } of parts)
    console.log(`${styleText('red', state)}  ${what}${how ? `. ${how}` : ''}`);
}

async function give(admin: Connection, roles: readonly Role[]): Promise<void> {
  for (const role of roles) {
    if (await giveToRole(admin, role))
      console.log(`given  policy "${ownPolicy.name}" to role ${oneLine(role.name)}`);
    else console.log(`Role ${oneLine(role.name)} has the policy "${ownPolicy.name}" already.`);
  }
  if (roles.length > 0) return;
  console.log(
    `\nPeople whose role has the policy "${ownPolicy.name}" keep conversations with their own rights, so that Directus itself keeps them apart; for all others the server does. Give it with: directus-assistant store create --roles Editor,Author`,
  );
}

/** The account of the server needs the policy for it, unless it is an admin. */
async function giveServer(admin: Connection, settings: Settings): Promise<void> {
  const server = connect(settings.directus);
  try {
    if (await isAdmin(server)) return;
    const { id } = await server.request<{ id: string }>('GET', '/users/me');
    if (!(await giveToServer(admin, id))) return;
    // Many accounts may not read their own address.
    const { email } = await admin.request<{ email: string | null }>('GET', path`/users/${id}`);
    console.log(`given  policy "${serverPolicy.name}" to ${oneLine(email ?? id)}`);
  } catch (error) {
    if (!(error instanceof DirectusError)) throw error;
    console.log(
      `\nThe server needs an account of its own: set DIRECTUS_TOKEN to the token of a user with the policy "${serverPolicy.name}".`,
    );
  } finally {
    server.close();
  }
}

/** Runs `work` as an admin: the account of the settings when it is one, else by a token that is asked for. */
const asAdmin = (
  options: SettingsOptions,
  work: (admin: Connection, settings: Settings) => Promise<void>,
): Promise<void> =>
  guarded(async () => {
    const { settings } = loadFor(options);
    const { url } = settings.directus;
    if (!url) throw new Error('Which Directus? Set DIRECTUS_URL, or give --url.');
    const own = connect(settings.directus);
    const admin = (await isAdmin(own)) ? own : connect({ url, token: await askToken() });
    try {
      if (!(await isAdmin(admin))) throw new Error('That is not the token of an admin. Nothing was changed.');
      await work(admin, settings);
    } finally {
      own.close();
      admin.close();
    }
  });

async function isAdmin(directus: Connection): Promise<boolean> {
  try {
    const { admin_access } = await directus.request<{ admin_access?: boolean }>(
      'GET',
      '/policies/me/globals',
    );
    return admin_access === true;
  } catch (error) {
    // Nobody, or somebody whose token is wrong.
    if (error instanceof DirectusError && error.status < 500) return false;
    throw error;
  }
}

/** Never from the command line, which others on this machine can read. */
const askToken = async (): Promise<string> =>
  (process.stdin.isTTY ? await askHidden('Token of an admin: ') : await text(process.stdin)).trim();

async function agreed(conversations: number, url: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new Error('Nobody can be asked here. To remove without asking, give --yes.');
  console.error(
    `This removes ${conversations} conversations of all people, their attachments, all usage and the shared settings from ${url}.`,
  );
  const person = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await person.question('Remove for good? [y/N] ')).trim());
  } finally {
    person.close();
  }
}
