import type { Tool as WireTool } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { Effect } from '../guard/select.ts';
import type { Tool } from '../tools/define.ts';
import type { WireSchema } from '../tools/input.ts';

/** Where a host finds the effect of each action: `{"read":"read","delete":"delete"}` under this key of `_meta`. */
export const EFFECTS_META = 'directus-assistant/effects';

/** Where a host finds what to show its person of a change that was not made: `{text, confirm}`. */
export const PREVIEW_META = 'directus-assistant/preview';

const cache = new Map<string, WireTool>();

/**
 * A tool as clients see it: one flat object with an `action` and the parameters of the enabled actions. Every
 * node has one type, and there is nothing in it that an API or a grammar compiler is known to refuse (A31).
 */
export function toWire(tool: Tool, actions: string[]): WireTool {
  const id = `${tool.name}:${actions.join()}`;
  const made = cache.get(id) ?? build(tool, actions);
  cache.set(id, made);
  return made;
}

function build(tool: Tool, actions: string[]): WireTool {
  const effects = Object.fromEntries(actions.map((name) => [name, tool.actions[name]?.effect ?? 'read']));
  const only = onlyRead(tool, actions);
  return {
    name: tool.name,
    title: tool.title,
    description: describe(tool, actions),
    inputSchema: { ...inputSchema(tool, actions), type: 'object' },
    annotations: { title: tool.title, ...hints(Object.values(effects)) },
    _meta: { [EFFECTS_META]: only === undefined ? effects : { ...effects, '': 'read' } },
  };
}

/** The action that is meant when none is named: the only one there is, when it reads. It is not worth its tokens. */
export function onlyRead(tool: Tool, actions: string[]): string | undefined {
  const [only, ...others] = actions;
  return others.length === 0 && only && tool.actions[only]?.effect === 'read' ? only : undefined;
}

/** What the tool does, and what its enabled actions need to be said about them. */
export function describe(tool: Tool, actions: string[]): string {
  return [tool.description, ...actions.map((name) => tool.actions[name]?.about)].filter(Boolean).join(' ');
}

/** What every change takes beside its own arguments. */
const consent = { dryRun: z.boolean().optional(), confirm: z.string().optional() };
const consented = new WeakMap<z.ZodObject, z.ZodObject>();

/** The arguments of a change: its own, and those by which it is previewed and confirmed. */
export function withConsent(schema: z.ZodObject): z.ZodObject {
  const made = consented.get(schema) ?? schema.extend(consent);
  consented.set(schema, made);
  return made;
}

/**
 * The flat schema of the given actions.
 * @param withoutConsent leaves out what previews and confirms, where the caller takes that itself
 */
export function inputSchema(tool: Tool, actions: string[], withoutConsent = false): WireSchema {
  const schemas = actions.flatMap((name) => {
    const action = tool.actions[name];
    if (!action) return [];
    const plain = withoutConsent || action.effect === 'read';
    return [toJsonSchema(plain ? action.input : withConsent(action.input), false)];
  });
  const properties: Record<string, WireSchema> = {};
  for (const schema of schemas) {
    for (const [name, property] of Object.entries(schema.properties ?? {})) properties[name] ??= property;
  }
  const required = Object.keys(properties).filter((name) =>
    schemas.every((schema) => schema.required?.includes(name)),
  );
  const choosesAction = actions.some((name) => name !== '') && onlyRead(tool, actions) === undefined;
  const due = [...(choosesAction ? ['action'] : []), ...required];
  return {
    type: 'object',
    properties: { ...(choosesAction ? { action: { type: 'string', enum: actions } } : {}), ...properties },
    // Older drafts of JSON Schema refuse an empty list.
    ...(due.length > 0 ? { required: due } : {}),
  };
}

/** MCP's hints, from what the enabled actions can do. */
export function hints(effects: Effect[]): Record<string, boolean> {
  const readOnly = effects.every((effect) => effect === 'read');
  return {
    readOnlyHint: readOnly,
    ...(readOnly ? {} : { destructiveHint: true, idempotentHint: false }),
    openWorldHint: effects.includes('automation'),
  };
}

const converted = {
  whole: new WeakMap<z.ZodObject, WireSchema>(),
  shown: new WeakMap<z.ZodObject, WireSchema>(),
};

/**
 * The schema of one action's arguments. Every call needs it, and converting it would take longer than all else we do
 * for a call, so each is converted once.
 * @param whole with the parts that are taken but not shown to models
 */
export function toJsonSchema(schema: z.ZodObject, whole: boolean): WireSchema {
  const known = converted[whole ? 'whole' : 'shown'];
  const had = known.get(schema);
  if (had) return had;
  const made = reduce(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Loose, whole);
  known.set(schema, made);
  return made;
}

type Loose = WireSchema & {
  anyOf?: Loose[];
  properties?: Record<string, Loose>;
  items?: Loose;
  wire?: 'hidden' | 'brief';
};

/** Keeps what every reader of schemas understands: types, properties, items, enums, what is required. */
function reduce(schema: Loose, whole: boolean): WireSchema {
  const one = schema.anyOf?.[0] ?? schema;
  const shown = Object.entries(one.properties ?? {}).filter(
    ([, property]) => whole || property.wire !== 'hidden',
  );
  const hasProperties = one.properties && (whole || schema.wire !== 'brief');
  return {
    type: one.type ?? 'object',
    ...(schema.description ? { description: schema.description } : {}),
    ...(one.enum ? { enum: one.enum } : {}),
    ...(hasProperties
      ? { properties: Object.fromEntries(shown.map(([name, property]) => [name, reduce(property, whole)])) }
      : {}),
    ...(one.properties && one.required ? { required: one.required } : {}),
    ...(one.items ? { items: reduce(one.items, whole) } : {}),
  };
}
