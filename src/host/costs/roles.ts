import type { RoleLimit } from '../../settings/groups/ai.ts';
import type { Settings } from '../../settings/schema.ts';
import { didYouMean } from '../../settings/suggest.ts';
import { type Limit, limitsOf } from './budgets.ts';

/** A role of Directus. */
export type Role = { id: string; name: string };

/** What somebody may do with the assistant. */
export type Allowance = {
  /**
   * Why they may not use it, or not with this model (`PROVIDER/ID`), in a sentence for them; undefined when they may.
   */
  refusal(model?: string): string | undefined;
  /** The budgets that hold for them. */
  limits: Limit[];
};

type Entry = [name: string, limit: RoleLimit];

/** The entry that says what others leave out. */
const EVERYBODY = '*';

/**
 * What `ai.roles` and `ai.budget` allow a user with a role. What denies wins: of two entries for a role, one by its id
 * and one by its name, and of names that no role has.
 * @param unknown names in `ai.roles` that no role has: what they forbid is forbidden to every role without an entry of
 * its own, because it may be meant
 */
export function limitsFor(
  ai: Pick<Settings['ai'], 'roles' | 'budget'>,
  role: Role | undefined,
  unknown: readonly string[] = [],
): Allowance {
  const entryOf = (name: string): Entry[] => {
    const limit = Object.hasOwn(ai.roles, name) ? ai.roles[name] : undefined;
    return limit ? [[name, limit]] : [];
  };
  const own = role ? [...new Set([role.id, role.name])].flatMap(entryOf) : [];
  const others = [EVERYBODY, ...(own.length > 0 ? [] : unknown)].flatMap(entryOf);

  function said<K extends keyof RoleLimit>(key: K) {
    const sayIt = (entries: Entry[]) =>
      entries.flatMap(([name, { [key]: value }]) => (value === undefined ? [] : [{ name, value }]));
    const mine = sayIt(own);
    return mine.length > 0 ? mine : sayIt(others);
  }

  const enabled = said('enabled').every(({ value }) => value);
  const lists = said('models');
  return {
    refusal(model) {
      if (!enabled) return `${whoHas(role)} not use the assistant. An admin can change that in Settings.`;
      if (model === undefined || lists.every(({ value }) => value.includes(model))) return undefined;
      return `${whoHas(role)} not use the model ${model}. Choose another one.`;
    },
    limits: [
      ...limitsOf(ai.budget),
      ...(['dayTokens', 'dayCost'] as const).flatMap((key) =>
        said(key).map(
          ({ name, value }): Limit => ({
            setting: `ai.roles.${name}.${key}`,
            period: 'user-day',
            unit: key === 'dayTokens' ? 'tokens' : 'dollars',
            limit: value,
          }),
        ),
      ),
    ],
  };
}

const whoHas = (role: Role | undefined): string =>
  role ? `The role ${role.name} may` : 'Users without a role may';

/** The names in `ai.roles` that no role has, neither as its id nor as its name. */
export const unknownRoles = (settings: Settings['ai']['roles'], roles: readonly Role[]): string[] =>
  Object.keys(settings).filter(
    (key) => key !== EVERYBODY && !roles.some(({ id, name }) => key === id || key === name),
  );

/** What to tell about a name that no role has. */
export const unknownRoleText = (name: string, roles: readonly Role[]): string =>
  `ai.roles.${name}: there is no role of that id or name. Until that is mended, what it forbids is forbidden to every role without an entry of its own.${didYouMean(
    name,
    roles.map((role) => role.name),
  )}`;
