import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type * as z from 'zod';
import { ProblemError } from './problem.ts';

/** Holds the longest message, whatever its letters cost in JSON. */
const MOST_BYTES = 8_000_000;

/**
 * The body of a request as the schema says.
 * @param most bytes it may have
 * @throws ProblemError that names what is wrong with it
 */
export async function readJson<T>(c: Context, schema: z.ZodType<T>, most = MOST_BYTES): Promise<T> {
  const onError = (): never => {
    throw new ProblemError('invalid', `The request is larger than ${most.toLocaleString('en')} bytes.`);
  };
  await bodyLimit({ maxSize: most, onError })(c, async () => {});
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
