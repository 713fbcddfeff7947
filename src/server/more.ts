import type { CallToolResult } from '@modelcontextprotocol/server';
import { tools } from '../tools/list.ts';
import { topics } from '../tools/system/recipes/index.ts';
import type { Session } from './session.ts';

/** The topic that helps with arguments a tool refused. */
const TOPICS: Record<string, string> = {
  fields: 'fields',
  collections: 'fields',
  relations: 'relations',
  flows: 'flows',
  operations: 'flows',
  files: 'files',
  access: 'access',
  dashboards: 'dashboards',
  translations: 'translations',
};

/** Of queries, only what is hard to guess: a wrong name of a field is mended by the error alone. */
const FILTERS = /^INVALID_QUERY: (Unknown operator|query\.filter)/;
const QUERIES = /^INVALID_QUERY: (Unknown (aggregate|key)|query\.(deep|aggregate|groupBy|alias))/;
/** What is wrong about rows written through a relation. */
const NESTED =
  /must be a list, or an object with create|unknown part|takes one key or one object|of which the collection/;

/** Adds to an error where its recipe is, for callers who can get it. */
export function withTopic(session: Session, name: string, reply: CallToolResult): CallToolResult {
  const [block] = reply.content;
  const text = block?.type === 'text' ? block.text : '';
  const topic = topicOf(name, text);
  const recipes = tools.find((tool) => tool.name === 'system-prompt');
  if (!topic || !topics.includes(topic) || !recipes || session.allowed.whyNot(recipes, '')) return reply;
  return { ...reply, content: [{ type: 'text', text: `${text}\nMore: system-prompt {"topic":"${topic}"}` }] };
}

function topicOf(name: string, text: string): string | undefined {
  if (FILTERS.test(text)) return 'filters';
  if (QUERIES.test(text)) return 'queries';
  if (NESTED.test(text)) return 'relations';
  return text.startsWith('INVALID_PAYLOAD') && Object.hasOwn(TOPICS, name) ? TOPICS[name] : undefined;
}
