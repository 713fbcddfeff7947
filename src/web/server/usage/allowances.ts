import { type Limit, limitsOf } from '../../../host/costs/budgets.ts';
import {
  type Allowance,
  limitsFor,
  type Role,
  unknownRoles,
  unknownRoleText,
} from '../../../host/costs/roles.ts';
import type { Loaded } from '../../../settings/load.ts';
import type { User } from '../../api.ts';

/** Who may do what with the assistant, by the settings in force and the roles of Directus. */
export type Allowances = {
  of(user: Pick<User, 'admin' | 'role'>): Allowance;
  /** The budgets that everybody has. */
  forEverybody(): Limit[];
  /** Reads the roles of Directus, at most once a minute. @param token of an admin: others see only their own role */
  learn(token: string): Promise<void>;
  /** The roles of Directus as far as they were read. */
  roles(): readonly Role[];
  /** What is wrong with the limits in the settings, in sentences. */
  problems(): string[];
};

export type AllowancesOptions = {
  loaded: () => Loaded;
  rolesOf: (token: string) => Promise<Role[]>;
  warn: (sentence: string) => void;
};

const KNOWN_MS = 60_000;

export function createAllowances({ loaded, rolesOf, warn }: AllowancesOptions): Allowances {
  let known: { roles: Role[]; at: number } | undefined;
  let reading: Promise<void> | undefined;
  const told = new Set<string>();

  const unknown = () => (known ? unknownRoles(loaded().settings.ai.roles, known.roles) : []);
  const unknownTexts = () => unknown().map((name) => unknownRoleText(name, known?.roles ?? []));

  async function read(token: string): Promise<void> {
    known = { roles: await rolesOf(token), at: performance.now() };
    for (const text of unknownTexts()) {
      if (!told.has(text)) warn(text);
      told.add(text);
    }
  }

  return {
    of({ admin, role }) {
      const { ai } = loaded().settings;
      const allowance = limitsFor(ai, role, unknown());
      if (admin || !areUnsure(loaded())) return allowance;
      return { ...allowance, refusal: () => UNSURE };
    },
    forEverybody: () => limitsOf(loaded().settings.ai.budget),
    async learn(token) {
      if (known && performance.now() - known.at < KNOWN_MS) return;
      reading ??= read(token).finally(() => {
        reading = undefined;
      });
      await reading;
    },
    roles: () => known?.roles ?? [],
    problems: () => [...loaded().problems.filter(concernsLimits), ...unknownTexts()],
  };
}

const UNSURE =
  'Who may use the assistant cannot be told, because of a mistake in the settings. An admin sees it in Usage, and can mend it.';

/** A limit that was left out because it is wrong must not open what it closed. */
const areUnsure = ({ problems, unreadable }: Loaded): boolean =>
  unreadable === true || problems.some(concernsLimits);

const concernsLimits = (problem: string): boolean => /\bai\.(roles?|budgets?)\b|^ai in /.test(problem);
