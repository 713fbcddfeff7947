import type { ModelMessage } from 'ai';
import type { ConversationStore } from '../../src/host/conversations/store.ts';

/**
 * Writes a conversation of so many messages, four for each question.
 * @returns its id
 */
export async function writeLong(conversations: ConversationStore, messages: number): Promise<string> {
  const conversation = await conversations.create();
  const { write: note } = conversation.journal;
  for (let turn = 0; turn < messages / 4; turn++) {
    const at = new Date().toISOString();
    await note({ type: 'said', at, messages: messagesOf(turn) });
  }
  await note({ type: 'ended', at: new Date().toISOString(), state: 'done' });
  await conversation.close();
  return conversation.id;
}

/** A question, a call, its result of about a thousand characters, and the answer. */
function messagesOf(turn: number): ModelMessage[] {
  const call = { toolCallId: `call${String(turn).padStart(5, '0')}`, toolName: 'items' };
  const input = {
    action: 'read',
    collection: 'articles',
    keys: [turn],
    query: { fields: ['id', 'title', 'body'] },
  };
  const value = `<data-00ff00ff>\n[{"id":${turn},"title":"Story ${turn}","body":"${'Words of a story. '.repeat(55)}"}]\n</data-00ff00ff>`;
  return [
    { role: 'user', content: `What does article ${turn} say about the harbour, and who wrote it?` },
    { role: 'assistant', content: [{ type: 'tool-call', ...call, input }] },
    { role: 'tool', content: [{ type: 'tool-result', ...call, output: { type: 'text', value } }] },
    {
      role: 'assistant',
      content: `Article ${turn} says little about the harbour. ${'It goes on. '.repeat(20)}`,
    },
  ];
}
