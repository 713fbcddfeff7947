import type * as z from 'zod';
import type { LeafMeta } from './groups/leaf.ts';
import { settingsSchema } from './schema.ts';

/** One setting: where it stands in the file, its type, and what it says about itself. */
export type Leaf = { path: string[]; type: z.ZodType; meta: LeafMeta };

/** All settings in the order of the schema. A group is an object without a description of its own. */
export const leaves: Leaf[] = collect(settingsSchema, []);

function collect(type: z.ZodType, path: string[]): Leaf[] {
  const meta = type.meta() as LeafMeta | undefined;
  const shape = shapeOf(type);
  if (shape && (path.length === 0 || !meta?.description)) {
    return Object.entries(shape).flatMap(([key, child]) =>
      key === '$schema' ? [] : collect(child, [...path, key]),
    );
  }
  return meta?.description ? [{ path, type, meta }] : [];
}

/** The fields of an object type, looking through defaults. */
function shapeOf(type: z.ZodType): Record<string, z.ZodType> | undefined {
  return shapeAt(type, []);
}

/** The fields of the object type at `path` below a type, looking through defaults and lists. */
export function shapeAt(type: z.ZodType, path: PropertyKey[]): Record<string, z.ZodType> | undefined {
  const { shape, innerType, element } = type.def as {
    shape?: Record<string, z.ZodType>;
    innerType?: z.ZodType;
    element?: z.ZodType;
  };
  if (innerType) return shapeAt(innerType, path);
  const [key, ...rest] = path;
  if (key === undefined) return shape;
  const next = shape?.[String(key)] ?? element;
  return next ? shapeAt(next, rest) : undefined;
}

/** Reads the value at `path` of a plain object. */
export function valueAt(object: unknown, path: string[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined),
    object,
  );
}

/** Sets the value at `path` of a plain object, making the objects between. */
export function setAt(object: Record<string, unknown>, path: string[], value: unknown): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  if (rest.length === 0) {
    object[key] = value;
    return;
  }
  const next = object[key];
  const child = typeof next === 'object' && next !== null && !Array.isArray(next) ? next : {};
  object[key] = child;
  setAt(child as Record<string, unknown>, rest, value);
}
