import type { Target } from '../rows/target.ts';

/** What administrators see and change here. */
export const KINDS = ['users', 'roles', 'policies', 'permissions', 'access'] as const;
export type Kind = (typeof KINDS)[number];

/** In words, one and several of it. */
const WORDS: Record<Kind, [string, string]> = {
  users: ['user', 'users'],
  roles: ['role', 'roles'],
  policies: ['policy', 'policies'],
  permissions: ['permission', 'permissions'],
  access: ['assignment of a policy', 'assignments of policies'],
};

export function targetOf(kind: Kind): Target {
  return { collection: `directus_${kind}`, endpoint: `/${kind}` };
}

export function counted(count: number, kind: Kind): string {
  return `${count} ${WORDS[kind][count === 1 ? 0 : 1]}`;
}
