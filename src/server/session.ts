import { type Connection, connect } from '../directus/connection.ts';
import { type Rights, readRights } from '../directus/rights.ts';
import { createSchema, FRESH_MS, type Schema } from '../directus/schema.ts';
import { type Uses, usesHere } from '../guard/confirm.ts';
import { type Narrowing, type Selection, select, unknownNames } from '../guard/select.ts';
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
  /** The same, at most a second old. */
  rightsNow(): Promise<Rights | undefined>;
  /** What the settings allow. */
  allowed: Selection;
  /** What the settings allow and this user has a right to, as far as is known. */
  offered(): Promise<Selection>;
  /** What the connection wants less than the settings allow. */
  narrowing: Narrowing;
  /** Who remembers which confirmations were used. */
  uses: Uses;
  /** Told of every call of a tool. */
  onCall?: ((call: Called) => void) | undefined;
};

/** A call of a tool that has ended. The names are those of tools and actions there are; others are left out. */
export type Called = { tool: string; action?: string; outcome: 'ok' | 'error' | 'asked'; ms: number };

/** What is special to a session that is not the only one of its process. */
export type SessionOptions = {
  narrowing?: Narrowing;
  uses?: Uses;
  onCall?: (call: Called) => void;
  /** Called when Directus does not know the caller (any more). */
  onUnauthorized?: () => void;
};

/** A list of tools must not wait longer for a Directus that is down. */
const RIGHTS_TIMEOUT_MS = 1500;
const RIGHTS_AGE_MS = 30_000;

/** Makes a session. Asks Directus for the user's rights at once, since the first list of tools will need them. */
export function createSession(
  { settings, problems: found }: Pick<Loaded, 'settings' | 'problems'>,
  { narrowing = {}, uses = usesHere, onUnauthorized, onCall }: SessionOptions = {},
): Session {
  const problems = problemsOf({ settings, problems: found });
  const directus = connect(settings.directus, onUnauthorized);
  let asked: { at: number; rights: Promise<Rights | undefined> } | undefined;
  const askedWithin = (ageMs: number) => {
    if (!asked || performance.now() - asked.at >= ageMs) asked = { at: performance.now(), rights: ask() };
    return asked.rights;
  };
  const rights = () => askedWithin(RIGHTS_AGE_MS);
  const rightsNow = () => askedWithin(FRESH_MS);
  const ask = async () => {
    try {
      return await readRights(directus, AbortSignal.timeout(RIGHTS_TIMEOUT_MS));
    } catch {
      // Not knowing is no reason to offer less: Directus itself decides at every request.
      asked = undefined;
      return undefined;
    }
  };
  const schema = createSchema(directus, async (now) => {
    const known = await (now ? rightsNow() : rights());
    return known?.admin ?? false;
  });
  void rights();
  return {
    settings,
    problems,
    directus,
    schema,
    rights,
    rightsNow,
    allowed: select(settings, problems, undefined, narrowing),
    offered: async () => select(settings, problems, await rights(), narrowing),
    narrowing,
    uses,
    onCall,
  };
}

/** What is wrong with the settings, the names of tools in them included. */
export function problemsOf({ settings, problems }: Pick<Loaded, 'settings' | 'problems'>): string[] {
  return [...problems, ...unknownNames(settings, tools)];
}

/** Whether the settings, and what the connection asked for, allow an action of a tool. */
export function isAvailable({ allowed }: Session, name: string, action: string): boolean {
  const tool = tools.find((one) => one.name === name);
  return tool !== undefined && allowed.whyNot(tool, action) === undefined;
}
