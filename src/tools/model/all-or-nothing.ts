import type { Directus } from '../../directus/connection.ts';
import { countRows } from '../../directus/count.ts';
import { isUnknown, mayHaveWorked, ToolError } from '../../directus/errors.ts';
import { endpointOf, path } from '../../directus/path.ts';
import type { Field } from '../../directus/types.ts';
import { toToolError } from '../../result/errors.ts';
import type { Context } from '../define.ts';
import { exists, make, nameOf, type Step, undo } from './steps.ts';

/**
 * Takes all steps, or none: when one fails, what was made before it is taken back, the last first.
 * @throws ToolError that says what failed and where, and names what could not be taken back
 */
export async function makeAll(context: Context, directus: Directus, steps: Step[]): Promise<void> {
  const { schema, signal } = context;
  const made: Step[] = [];
  try {
    for (const step of steps) {
      await make(directus, step, signal);
      made.unshift(step);
    }
  } catch (error) {
    const failed = steps[made.length];
    const half = failed && mayHaveWorked(error) && (await isOurs(directus, failed)) ? [failed] : [];
    const left = await takeBack(directus, [...half, ...made]);
    if (failed && half.length === 0 && mayHaveWorked(error) && (await exists(directus, failed)))
      left.unshift(nameOf(failed));
    throw await account(context, { error, failed, some: made.length > 0, left });
  } finally {
    schema.forget();
  }
}

/** Takes steps back that were taken, and returns the names of what is still there. */
async function takeBack(directus: Directus, made: Step[]): Promise<string[]> {
  const left: string[] = [];
  for (const step of made) {
    if (goesWith(step, made)) continue;
    try {
      await undo(directus, step);
    } catch {
      // It may be gone all the same: with the field or collection that it belonged to.
      if (await exists(directus, step)) left.push(nameOf(step));
    }
  }
  return left;
}

/** A relation goes with the field it starts at, and with that field's collection. */
function goesWith(step: Step, made: Step[]): boolean {
  if (step.make !== 'relation') return false;
  const { collection, field } = step.body;
  return made.some((one) =>
    one.make === 'field'
      ? one.collection === collection && one.body.field === field
      : one.make === 'collection' && one.body.collection === collection,
  );
}

/**
 * Whether what a failed step makes is there, just as it would have made it, and holds nothing. A moment ago it was
 * not there; and if it were of somebody else, nothing would be lost with it.
 */
async function isOurs(directus: Directus, step: Step): Promise<boolean> {
  try {
    if (step.make === 'collection') {
      const { collection, fields = [] } = step.body;
      const stored = await directus.request<Field[]>('GET', path`/fields/${collection}`);
      const same =
        stored.length === fields.length &&
        fields.every(({ field }) => stored.some((one) => one.field === field));
      return same && (await countRows(directus, endpointOf(collection), {})) === 0;
    }
    if (step.make === 'field') {
      const { field, schema } = step.body;
      if (!(await exists(directus, step))) return false;
      const filter = { [field]: { _nnull: true } };
      return !schema || (await countRows(directus, endpointOf(step.collection), { filter })) === 0;
    }
    return false;
  } catch {
    return false;
  }
}

type Failure = { error: unknown; failed: Step | undefined; some: boolean; left: string[] };

async function account({ schema, signal }: Context, failure: Failure): Promise<ToolError> {
  const { error, failed, some, left } = failure;
  const { code, message, next, details } = await toToolError(error, schema, { action: 'create', signal });
  const name = failed ? nameOf(failed) : '';
  const said = `${message}${failed ? ` It failed at ${name}.` : ''}`;
  if (left.length > 0) {
    return new ToolError(
      code,
      `${said} These could not be taken back and are still there: ${left.join(', ')}.`,
      'Delete them, or have an administrator do it, before you try again.',
      details,
    );
  }
  const back = some ? ' What was made before it was taken back.' : '';
  if (isUnknown(error))
    return new ToolError(
      code,
      `${said}${back}`,
      `Look whether ${name} is there before you try again.`,
      details,
    );
  return new ToolError(code, `${said}${back} Nothing was changed.`, next, details);
}
