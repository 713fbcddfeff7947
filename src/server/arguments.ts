import { ToolError } from '../directus/errors.ts';
import { isDeeper } from '../directus/objects.ts';
import type { Tool } from '../tools/define.ts';
import { coerce, parseStrictly } from '../tools/input.ts';
import { toJsonSchema, withConsent } from './wire.ts';

/** What a call gives beside the name of the tool and the action. */
export type Given = {
  parsed: Record<string, unknown>;
  /** Paths of what came as text and was read as what it means. */
  changed: string[];
  dryRun: boolean;
  confirm: string | undefined;
};

/**
 * The arguments of an action, as it takes them.
 * @throws ToolError when they are not, which says what to write
 */
export function readArguments(tool: Tool, action: string, args: Record<string, unknown>): Given {
  const schema = tool.actions[action]?.input;
  if (!schema) throw new ToolError('INVALID_PAYLOAD', `${tool.name} has no action "${action}".`);
  const { action: _action, ...others } = args;
  const rest = action ? others : args;
  // Models fill what they do not use with null.
  const given = Object.fromEntries(
    Object.entries(rest).filter(([, value]) => value !== null && value !== undefined),
  );
  refuseDeep(given);
  const changed: string[] = [];
  const taken = tool.actions[action]?.effect === 'read' ? schema : withConsent(schema);
  const coerced = coerce(given, toJsonSchema(taken, true), '', changed);
  refuseUnusable(coerced);
  const { dryRun, confirm, ...parsed } = parseStrictly(
    taken,
    coerced,
    action ? `${tool.name}.${action}` : tool.name,
  );
  return {
    parsed,
    changed,
    dryRun: dryRun === true,
    confirm: typeof confirm === 'string' ? confirm : undefined,
  };
}

/** Nothing real nests like this, and whatever walks through it would run out of stack. */
const DEEPEST = 64;

function refuseDeep(value: unknown): void {
  if (!isDeeper(value, DEEPEST)) return;
  throw new ToolError(
    'INVALID_PAYLOAD',
    `The arguments are nested more than ${DEEPEST} levels deep. Nothing was done.`,
    'Write them flatter.',
  );
}

/** Readers of JSON leave out the first, and an object with one of the others cannot be shown in words. */
const UNUSABLE = ['__proto__', 'toString', 'valueOf'];

function refuseUnusable(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const name = UNUSABLE.find((one) => Object.hasOwn(value, one));
  if (name) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `"${name}" cannot be the name of an argument or field.`,
      'Leave it out.',
    );
  }
  for (const entry of Object.values(value)) refuseUnusable(entry);
}
