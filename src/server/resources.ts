import { isCallToolResult, type ReadResourceResult, type Resource } from '@modelcontextprotocol/server';
import { ToolError } from '../directus/errors.ts';
import { isUserCollection } from '../directus/schema.ts';
import { decoded } from '../settings/address.ts';
import { topics } from '../tools/system/recipes/index.ts';
import { callTool } from './call.ts';
import type { CallOptions } from './perform.ts';
import { isAvailable, type Session } from './session.ts';

const SCHEMA = 'directus://schema';
const RECIPES = 'directus://recipes';

/** What clients may attach: what two tools answer, for as long as those tools are available. */
export function listResources(session: Session): Resource[] {
  const schema = {
    uri: SCHEMA,
    name: 'schema',
    title: 'Schema',
    description: 'The collections of this Directus.',
    mimeType: 'application/json',
  };
  const recipes = topics.map((topic) => ({
    uri: `${RECIPES}/${topic}`,
    name: `recipe-${topic}`,
    title: `Recipe: ${topic}`,
    description: `How to call the tools for Directus: ${topic}, with examples.`,
    mimeType: 'text/markdown',
  }));
  return [
    ...(isAvailable(session, 'schema', '') ? [schema] : []),
    ...(isAvailable(session, 'system-prompt', '') ? recipes : []),
  ];
}

export const resourceTemplates = [
  {
    uriTemplate: `${SCHEMA}/{collection}`,
    name: 'collection',
    title: 'Fields of a collection',
    description: 'The fields and relations of one collection.',
    mimeType: 'application/json',
  },
  {
    uriTemplate: `${RECIPES}/{topic}`,
    name: 'recipe',
    title: 'Recipe',
    description: 'How to call the tools for Directus, by topic.',
    mimeType: 'text/markdown',
  },
];

/** Reads what the tool behind a resource answers. @throws ToolError when there is no such resource for this caller */
export async function readResource(
  session: Session,
  uri: string,
  options: CallOptions,
): Promise<ReadResourceResult> {
  const { tool, args, mimeType } = callBehind(uri);
  const reply = await callTool(session, tool, args, options);
  const { content, isError } = isCallToolResult(reply) ? reply : { content: [], isError: true };
  const text = content.map((block) => (block.type === 'text' ? block.text : '')).join('\n');
  if (isError) throw new ToolError('NOT_FOUND', text);
  return { contents: [{ uri, mimeType, text }] };
}

function callBehind(uri: string): { tool: string; args: object; mimeType: string } {
  const [, kind, part] = /^directus:\/\/(schema|recipes)(?:\/([^/]+))?$/.exec(uri) ?? [];
  const name = part === undefined ? undefined : decoded(part);
  if (kind === 'schema')
    return { tool: 'schema', args: name ? { keys: [name] } : {}, mimeType: 'application/json' };
  if (kind === 'recipes' && name)
    return { tool: 'system-prompt', args: { topic: name }, mimeType: 'text/markdown' };
  throw new ToolError(
    'NOT_FOUND',
    `There is no resource "${uri.slice(0, 100)}".`,
    `Resources: ${SCHEMA}, ${SCHEMA}/{collection} and ${RECIPES}/{topic}.`,
  );
}

/** Names that begin as `begun` does, for the templates: of collections, or of topics. */
export async function completeResource(
  session: Session,
  uri: string,
  begun: string,
): Promise<{ values: string[] }> {
  const { schema } = session;
  const recipes = uri.startsWith(RECIPES);
  if (!isAvailable(session, recipes ? 'system-prompt' : 'schema', '')) return { values: [] };
  if (recipes) return { values: topics.filter((topic) => topic.startsWith(begun)) };
  await schema.renew();
  const names = (await schema.collections()).filter(isUserCollection).map(({ collection }) => collection);
  return { values: names.filter((name) => name.startsWith(begun)).slice(0, 100) };
}
