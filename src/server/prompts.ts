import type { CompleteResult, GetPromptResult, Prompt } from '@modelcontextprotocol/server';
import { readMany } from '../directus/connection.ts';
import { DirectusError, ToolError } from '../directus/errors.ts';
import { isObject } from '../directus/objects.ts';
import { path } from '../directus/path.ts';
import { isUserCollection, primaryKey } from '../directus/schema.ts';
import { didYouMean } from '../settings/suggest.ts';
import { isAvailable, type Session } from './session.ts';

type Stored = {
  name: string;
  description: string;
  systemPrompt: string;
  messages: { role: 'user' | 'assistant'; text: string }[];
};

const VARIABLE = /\{\{\s*([\w.-]+)\s*\}\}/g;
const MOST_PROMPTS = 200;

/** The prompts kept in Directus; none when no collection is set. A row that makes no prompt is left out (A3). */
export async function listPrompts(session: Session): Promise<Prompt[]> {
  return (await readPrompts(session)).map((stored) => ({
    name: stored.name,
    ...(stored.description ? { description: stored.description } : {}),
    arguments: variables(stored).map((name) => ({ name, required: false })),
  }));
}

/** One prompt with its variables filled in; what is not given stays empty. */
export async function getPrompt(
  session: Session,
  name: string,
  values: Record<string, string>,
): Promise<GetPromptResult> {
  const prompts = await readPrompts(session);
  const stored = prompts.find((one) => one.name === name);
  if (!stored) {
    throw new ToolError(
      'NOT_FOUND',
      `There is no prompt "${name}".${didYouMean(
        name,
        prompts.map((one) => one.name),
      )}`,
    );
  }
  const fill = (text: string) =>
    text.replace(VARIABLE, (_, variable: string) =>
      Object.hasOwn(values, variable) ? (values[variable] ?? '') : '',
    );
  // MCP knows no system role; the assistant's own words are the nearest to it.
  const system = stored.systemPrompt ? [{ role: 'assistant' as const, text: stored.systemPrompt }] : [];
  return {
    ...(stored.description ? { description: stored.description } : {}),
    messages: [...system, ...stored.messages].map(({ role, text }) => ({
      role,
      content: { type: 'text', text: fill(text) },
    })),
  };
}

const MOST_COMPLETIONS = 20;

/**
 * Suggests values for a prompt's variable, by its name: `collection` gets the names of collections; the name of a
 * collection, in the singular or plural, gets what its items are called (`{{author}}` the names of authors).
 */
export async function completeArgument(
  session: Session,
  variable: string,
  begun: string,
): Promise<CompleteResult['completion']> {
  const { schema, settings } = session;
  if (!settings.mcpEnabled || !isAvailable(session, 'schema', '')) return { values: [] };
  await schema.renew();
  const names = (await schema.collections()).filter(isUserCollection).map(({ collection }) => collection);
  const word = variable.toLowerCase();
  if (['collection', 'collections'].includes(word)) {
    return { values: names.filter((name) => name.startsWith(begun)).slice(0, MOST_COMPLETIONS) };
  }
  const collection = names.find((name) =>
    [name, name.replace(/ies$/, 'y'), name.replace(/s$/, '')].includes(word),
  );
  const mayRead = isAvailable(session, 'items', 'read');
  return { values: collection && mayRead ? await itemLabels(session, collection, begun) : [] };
}

async function itemLabels(
  { directus, schema }: Session,
  collection: string,
  begun: string,
): Promise<string[]> {
  const fields = await schema.fields(collection);
  const label =
    ['title', 'name', 'label', 'code'].find((name) => fields.some(({ field }) => field === name)) ??
    primaryKey(fields)?.field;
  if (!label) return [];
  const rows = await readMany<Record<string, unknown>>(directus, path`/items/${collection}`, {
    fields: [label],
    limit: MOST_COMPLETIONS,
    ...(begun ? { filter: { [label]: { _istarts_with: begun } } } : {}),
  });
  return rows.map((row) => String(row[label] ?? '')).filter(Boolean);
}

async function readPrompts({ settings, directus }: Session): Promise<Stored[]> {
  const { collection, nameField, descriptionField, systemPromptField, messagesField } = settings.prompts;
  if (!collection || !settings.mcpEnabled) return [];
  try {
    const rows = await readMany<Record<string, unknown>>(directus, path`/items/${collection}`, {
      limit: MOST_PROMPTS,
    });
    const prompts = rows.flatMap((row) => {
      const messages = messagesOf(row[messagesField]);
      const name = row[nameField];
      const systemPrompt = textOf(row[systemPromptField]);
      if (typeof name !== 'string' || !name || !messages || (messages.length === 0 && !systemPrompt))
        return [];
      return [{ name, description: textOf(row[descriptionField]), systemPrompt, messages }];
    });
    return prompts.filter((one, index) => prompts.findIndex(({ name }) => name === one.name) === index);
  } catch (error) {
    if (!(error instanceof DirectusError)) throw error;
    throw new ToolError(
      error.code,
      `The prompts collection "${collection}" cannot be read.`,
      'Check prompts.collection and the rights of the Directus user.',
    );
  }
}

function messagesOf(value: unknown): Stored['messages'] | undefined {
  const list = typeof value === 'string' ? parse(value) : (value ?? []);
  if (!Array.isArray(list)) return undefined;
  const messages = list.flatMap((entry) =>
    isObject(entry) && typeof entry.text === 'string' && (entry.role === 'user' || entry.role === 'assistant')
      ? [{ role: entry.role as 'user' | 'assistant', text: entry.text }]
      : [],
  );
  return messages.length === list.length ? messages : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function variables({ systemPrompt, messages }: Stored): string[] {
  const all = [systemPrompt, ...messages.map(({ text }) => text)].join('\n');
  return [...new Set([...all.matchAll(VARIABLE)].map((match) => match[1] ?? ''))];
}
