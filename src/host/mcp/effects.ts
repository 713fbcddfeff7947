import type { Tool } from '@modelcontextprotocol/client';
import type { Effect } from '../approvals.ts';
import { isRecord } from './output.ts';

/** Where a server says what each action of a tool does. */
export const effectsKey = 'directus-assistant/effects';

export type KnownEffect = Effect | 'unknown';

const effects: ReadonlySet<string> = new Set<Effect>([
  'read',
  'write',
  'delete',
  'schema',
  'automation',
  'access',
]);

const isEffect = (value: unknown): value is Effect => typeof value === 'string' && effects.has(value);

/**
 * Effect of each action of a tool, the key `''` for a tool without actions. Without a word of the server only the
 * hint that it reads is believed; anything else is unknown, and so is asked about.
 */
export function effectsOf(tool: Tool): Record<string, KnownEffect> {
  const said = tool._meta?.[effectsKey];
  if (isRecord(said)) {
    return Object.fromEntries(
      Object.entries(said).map(([action, effect]) => [action, isEffect(effect) ? effect : 'unknown']),
    );
  }
  return { '': tool.annotations?.readOnlyHint === true ? 'read' : 'unknown' };
}

/**
 * The tool that really runs, its action and effect. `execute` of registry mode carries the call of another tool as
 * `{name, input}`, and its effects are keyed `tool.action`. Whatever is not plainly known is `unknown`. A tool of that
 * name whose server says nothing of the kind is a tool like any other: what is allowed for `items` is not for it.
 */
export function readCall(
  tool: { name: string; effects: Readonly<Record<string, KnownEffect>> },
  input: unknown,
): { tool: string; action: string; effect: KnownEffect } {
  const values = isRecord(input) ? input : {};
  const hasOneEffect = Object.keys(tool.effects).every((key) => key === '');
  if (tool.name === 'execute' && !hasOneEffect && typeof values.name === 'string') {
    const action = actionOf(fromJson(values.input));
    const keys = action ? [`${values.name}.${action}`] : [values.name, `${values.name}.`];
    return { tool: values.name, action, effect: lookUp(tool.effects, keys) };
  }
  const action = actionOf(values);
  // A foreign tool may well have a parameter called `action` and one effect for all its values.
  const keys = hasOneEffect ? [''] : [action];
  return { tool: tool.name, action, effect: lookUp(tool.effects, keys) };
}

function lookUp(known: Readonly<Record<string, KnownEffect>>, keys: string[]): KnownEffect {
  const key = keys.find((name) => Object.hasOwn(known, name));
  return (key !== undefined && known[key]) || 'unknown';
}

const actionOf = (input: unknown): string =>
  isRecord(input) && typeof input.action === 'string' ? input.action : '';

/** Models send objects as JSON texts too, and servers take them. */
function fromJson(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
