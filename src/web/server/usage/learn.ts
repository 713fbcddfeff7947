import type { MiddlewareHandler } from 'hono';
import type { Env } from '../env.ts';
import type { Ports } from '../ports.ts';

/** Compares `ai.roles` with the roles of Directus as soon as an admin is there, who can read them. Nobody waits for it. */
export const learnRoles =
  ({ allowances }: Ports): MiddlewareHandler<Env> =>
  (c, next) => {
    const { user, token } = c.get('signed');
    if (user.admin) void allowances.learn(token).catch(() => {});
    return next();
  };
