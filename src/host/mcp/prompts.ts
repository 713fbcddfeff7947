import type { GetPromptResult, PromptMessage } from '@modelcontextprotocol/client';
import type { ModelMessage } from 'ai';
import { dataBlock } from '../context-items/block.ts';
import { textOf, toModelOutput } from './output.ts';

/** The messages of a prompt. MCP gives one block a message; neighbours of the same role become one. */
export function toMessages(result: GetPromptResult): ModelMessage[] {
  const messages: ModelMessage[] = [];
  for (const { role, content } of result.messages) {
    const last = messages.at(-1);
    if (role === 'assistant') messages.push({ role, content: textOf({ content: [content] }) });
    else if (last?.role === 'user' && Array.isArray(last.content)) last.content.push(userPart(content));
    else messages.push({ role, content: [userPart(content)] });
  }
  return messages;
}

type UserPart = Exclude<Extract<ModelMessage, { role: 'user' }>['content'], string>[number];

function userPart(block: PromptMessage['content']): UserPart {
  // A document that comes with a prompt is not what the person asks.
  if (block.type === 'resource' && 'text' in block.resource) {
    const { uri, text } = block.resource;
    return { type: 'text', text: dataBlock('resource', { uri }, text) };
  }
  const output = toModelOutput({ content: [block] });
  const [first] = output.type === 'content' ? output.value : [];
  return first?.type === 'file' ? first : { type: 'text', text: textOf({ content: [block] }) };
}
