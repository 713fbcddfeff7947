import { isCallToolResult, type ReadResourceResult } from '@modelcontextprotocol/server';
import { ToolError } from '../directus/errors.ts';
import { isUserCollection } from '../directus/schema.ts';
import { type CallOptions, callTool } from './call.ts';
import type { Session } from './session.ts';

const SCHEMA = 'directus://schema';

export const resources = [
  {
    uri: SCHEMA,
    name: 'schema',
    title: 'Schema',
    description: 'The collections of this Directus.',
    mimeType: 'application/json',
  },
];

export const resourceTemplates = [
  {
    uriTemplate: `${SCHEMA}/{collection}`,
    name: 'collection',
    title: 'Fields of a collection',
    description: 'The fields and relations of one collection.',
    mimeType: 'application/json',
  },
];

/** Reads what the `schema` tool answers, for clients that attach resources. */
export async function readResource(
  session: Session,
  uri: string,
  options: CallOptions,
): Promise<ReadResourceResult> {
  const [, collection] = /^directus:\/\/schema(?:\/([^/]+))?$/.exec(uri) ?? [];
  if (!uri.startsWith(SCHEMA) || (uri !== SCHEMA && !collection)) {
    throw new ToolError(
      'NOT_FOUND',
      `There is no resource "${uri.slice(0, 100)}".`,
      `Resources: ${SCHEMA} and ${SCHEMA}/{collection}.`,
    );
  }
  const keys = collection ? { keys: [decoded(collection)] } : {};
  const reply = await callTool(session, 'schema', keys, options);
  const { content, isError } = isCallToolResult(reply) ? reply : { content: [], isError: true };
  const text = content.map((block) => (block.type === 'text' ? block.text : '')).join('\n');
  if (isError) throw new ToolError('NOT_FOUND', text);
  return { contents: [{ uri, mimeType: 'application/json', text }] };
}

/** The name in an address; one that is badly escaped is taken as it stands. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Names of collections that begin as `begun` does, for the resource template. */
export async function completeCollection({ schema }: Session, begun: string): Promise<{ values: string[] }> {
  await schema.renew();
  const names = (await schema.collections()).filter(isUserCollection).map(({ collection }) => collection);
  return { values: names.filter((name) => name.startsWith(begun)).slice(0, 100) };
}
