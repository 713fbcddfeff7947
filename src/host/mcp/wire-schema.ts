import type { JSONSchema7 } from 'ai';
import { decoded } from '../../settings/address.ts';
import { isRecord } from './output.ts';

type Schema = Record<string, unknown>;
type Context = { root: Schema; refs: ReadonlySet<string>; room: { nodes: number } };

/** A schema that refers to itself in many places must not grow without end. */
const MOST_NODES = 1000;

/**
 * A tool's schema as every API and grammar compiler takes it: one object at the root, each node with one type, and of
 * keywords only `type`, `description`, `enum`, `properties`, `required` and `items`. What is lost by that, the tool's
 * server still checks: it gets the arguments as the model wrote them.
 */
export function wireSchema(schema: unknown): JSONSchema7 {
  const root = isRecord(schema) ? schema : {};
  const {
    items: _items,
    enum: _enum,
    ...rest
  } = reduce(root, { root, refs: new Set(), room: { nodes: MOST_NODES } });
  return { ...rest, type: 'object', properties: rest.properties ?? {} };
}

function reduce(node: unknown, context: Context): JSONSchema7 {
  context.room.nodes -= 1;
  if (!isRecord(node)) return { type: 'string' };
  if (context.room.nodes < 0) return { type: typeOf(node) };
  if (typeof node.$ref === 'string') return reduceRef(node, node.$ref, context);
  const followed = new Set(context.refs);
  const merged = flatten(node, context, followed);
  if (merged !== node) return reduce(merged, { ...context, refs: followed });
  const values = enumOf(node);
  if (values) return ofValues(values, reduceText(node));
  const type = typeOf(node);
  return {
    type,
    ...reduceText(node),
    ...(type === 'object' && isRecord(node.properties) && ofObject(node, node.properties, context)),
    ...(type === 'array' && { items: reduce(firstOf(node.items) ?? firstOf(node.prefixItems), context) }),
  };
}

function ofObject(node: Schema, given: Schema, context: Context): JSONSchema7 {
  const properties = Object.fromEntries(
    Object.entries(given).map(([name, property]) => [name, reduce(property, context)]),
  );
  const required = namesIn(node.required).filter((name) => Object.hasOwn(properties, name));
  return { properties, ...(required.length > 0 && { required }) };
}

/** What is said beside a reference counts more than what it refers to; one that leads back to itself ends there. */
function reduceRef({ $ref: _ref, ...beside }: Schema, ref: string, context: Context): JSONSchema7 {
  const target = resolve(context.root, ref) ?? { type: 'object' };
  if (context.refs.has(ref)) return { ...reduceText(beside), type: typeOf(target) };
  return reduce({ ...target, ...beside }, { ...context, refs: new Set([...context.refs, ref]) });
}

const reduceText = ({ description }: Schema): JSONSchema7 =>
  typeof description === 'string' ? { description } : {};

function resolve(root: Schema, ref: string): Schema | undefined {
  if (!ref.startsWith('#')) return undefined;
  let at: unknown = root;
  for (const step of ref.slice(1).split('/').slice(1)) {
    const name = decoded(step).replaceAll('~1', '/').replaceAll('~0', '~');
    at = isRecord(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  }
  return isRecord(at) ? at : undefined;
}

/** One schema in place of a union or an intersection; a node without any comes back as it is. */
function flatten(node: Schema, context: Context, followed: Set<string>): Schema {
  const { allOf, anyOf, oneOf, ...own } = node;
  const all = listOf(allOf).map((part) => deref(part, context, followed));
  const branches = [...listOf(anyOf), ...listOf(oneOf)]
    .map((part) => deref(part, context, followed))
    .filter((branch) => branch.type !== 'null' && branch.const !== null);
  if (all.length === 0 && branches.length === 0 && !allOf && !anyOf && !oneOf) return node;
  return merge([own, ...all, ...(branches.length > 0 ? [unite(branches)] : [])]);
}

/** The schema a part stands for, with the unions in it flattened too; references it goes through are `followed`. */
function deref(part: unknown, context: Context, followed: Set<string>): Schema {
  context.room.nodes -= 1;
  if (!isRecord(part) || context.room.nodes < 0) return {};
  const { $ref: ref, ...beside } = part;
  if (typeof ref !== 'string') return flatten(part, context, followed);
  if (context.refs.has(ref)) return { type: 'object' };
  followed.add(ref);
  const inner = { ...context, refs: new Set([...context.refs, ref]) };
  return deref({ ...resolve(context.root, ref), ...beside }, inner, followed);
}

/** All of these hold at once. */
function merge(parts: Schema[]): Schema {
  const merged = Object.assign({}, ...parts.toReversed());
  const objects = parts.filter(({ properties }) => isRecord(properties));
  if (objects.length > 0) {
    merged.properties = Object.assign({}, ...objects.map(({ properties }) => properties));
    merged.required = [...new Set(parts.flatMap(({ required }) => namesIn(required)))];
  }
  return merged;
}

/** One of these holds: objects put all they know together, values are listed, else the first is taken. */
function unite(branches: Schema[]): Schema {
  const [first = {}] = branches;
  const values = branches.map(enumOf);
  if (values.every((list) => list !== undefined)) return { enum: values.flat() };
  if (branches.length === 1 || !branches.every(({ properties }) => isRecord(properties))) return first;
  const properties: Record<string, Schema> = {};
  for (const branch of branches) {
    for (const [name, property] of Object.entries(isRecord(branch.properties) ? branch.properties : {})) {
      const known = properties[name];
      const next = isRecord(property) ? property : {};
      // The word that tells the branches apart may be any of theirs.
      properties[name] = known ? unite([known, next]) : next;
    }
  }
  const required = namesIn(first.required).filter((name) =>
    branches.every((branch) => namesIn(branch.required).includes(name)),
  );
  return { ...first, properties, required };
}

function enumOf({ enum: values, const: value }: Schema): unknown[] | undefined {
  if (value !== undefined) return [value];
  return Array.isArray(values) && values.length > 0 ? values : undefined;
}

/** Only texts may be listed everywhere; what else may stand there is said in words. */
function ofValues(values: unknown[], { description }: JSONSchema7): JSONSchema7 {
  const texts = values.filter((value) => typeof value === 'string' && value !== '');
  const known = description === undefined ? {} : { description };
  if (values.every((value) => typeof value === 'string' || value === null) && texts.length > 0)
    return { type: 'string', ...known, enum: [...new Set(texts)] as string[] };
  const listed = `One of ${values.map((value) => JSON.stringify(value)).join(', ')}.`;
  const said = description ? `${description} ${listed}` : listed;
  return { type: typeOf({ default: values.find((value) => value !== null) }), description: said };
}

const types = ['object', 'array', 'string', 'number', 'integer', 'boolean'] as const;
type Type = (typeof types)[number];

/** The one type of a node: the first it names beside `null`, else what the rest of it tells. */
function typeOf(node: Schema): Type {
  const named = Array.isArray(node.type) ? node.type : [node.type];
  const type = types.find((known) => known === named.find((name) => name !== 'null'));
  if (type) return type;
  if (isRecord(node.properties) || isRecord(node.additionalProperties)) return 'object';
  if (node.items !== undefined || node.prefixItems !== undefined) return 'array';
  const example = node.default;
  if (Array.isArray(example)) return 'array';
  if (isRecord(example)) return 'object';
  return typeof example === 'number' ? 'number' : typeof example === 'boolean' ? 'boolean' : 'string';
}

const firstOf = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const namesIn = (value: unknown): string[] =>
  listOf(value).filter((name): name is string => typeof name === 'string');
