import type { Context } from 'hono';
import type * as z from 'zod';
import { ProblemError } from './problem.ts';

/** The body of a request as the schema says. @throws ProblemError that names what is wrong with it */
export async function readJson<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const body: unknown = await c.req.json().catch(() => {
    throw new ProblemError('invalid', 'The request is not JSON.');
  });
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? '';
  throw new ProblemError(
    'invalid',
    `${field || 'The request'}: ${issue?.message ?? 'not as expected'}.`,
    field,
  );
}
