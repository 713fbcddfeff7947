import { type Connection, connect } from '../directus/connection.ts';
import { type Rights, readRights } from '../directus/rights.ts';
import { createSchema, type Schema } from '../directus/schema.ts';
import { type Selection, select, unknownNames } from '../guard/select.ts';
import type { Loaded } from '../settings/load.ts';
import type { Settings } from '../settings/schema.ts';
import { tools } from '../tools/list.ts';

/** One caller: the settings in force, the Directus they lead to, and what may be done there. */
export type Session = {
  settings: Settings;
  /** What is wrong with the settings; with any, only reading is left. */
  problems: string[];
  directus: Connection;
  schema: Schema;
  /** The rights of the Directus user; undefined when Directus does not tell in time. */
  rights(): Promise<Rights | undefined>;
  /** What the settings allow. */
  allowed: Selection;
  /** What the settings allow and this user has a right to. */
  offered(): Promise<Selection>;
};

/** A list of tools must not wait longer for a Directus that is down. */
const RIGHTS_TIMEOUT_MS = 1500;
const RIGHTS_AGE_MS = 30_000;

/** Makes a session. Asks Directus for the user's rights at once, since the first list of tools will need them. */
export function createSession({ settings, problems: found }: Pick<Loaded, 'settings' | 'problems'>): Session {
  const problems = [...found, ...unknownNames(settings, tools)];
  const directus = connect(settings.directus);
  let asked: { at: number; rights: Promise<Rights | undefined> } | undefined;
  const rights = () => {
    if (!asked || Date.now() - asked.at > RIGHTS_AGE_MS) asked = { at: Date.now(), rights: ask() };
    return asked.rights;
  };
  const ask = async () => {
    try {
      return await readRights(directus, AbortSignal.timeout(RIGHTS_TIMEOUT_MS));
    } catch {
      // Not knowing is no reason to offer less: Directus itself decides at every request.
      asked = undefined;
      return undefined;
    }
  };
  const schema = createSchema(directus, async () => (await rights())?.admin ?? false);
  void rights();
  return {
    settings,
    problems,
    directus,
    schema,
    rights,
    allowed: select(settings, problems, undefined),
    offered: async () => select(settings, problems, await rights()),
  };
}
