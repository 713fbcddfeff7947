import type { ModelMessage, ToolModelMessage } from 'ai';
import { closeCalls } from '../history.ts';

type ToolPart = ToolModelMessage['content'][number];

/**
 * Makes a history valid of which lines are lost: an answer to a call or an approval that is not there is left out, and
 * a call whose result is not there gets one. Calls of the last answer stay open, since they may be waiting.
 */
export function mend(messages: readonly ModelMessage[]): ModelMessage[] {
  const mended: ModelMessage[] = [];
  /** One message of the person or the model, and what answers its calls. */
  let exchange: ModelMessage[] = [];
  let expected = new Set<string>();

  for (const message of messages) {
    if (message.role === 'tool') {
      const content = message.content.filter((part) => expected.delete(idOf(part)));
      if (content.length > 0) exchange.push({ ...message, content });
    } else {
      // No endpoint takes anything else between a call and its result.
      mended.push(...closeCalls(exchange, lost));
      exchange = [message];
      expected = new Set(expectedAfter(message));
    }
  }
  return [...mended, ...exchange];
}

function expectedAfter({ role, content }: ModelMessage): string[] {
  if (role !== 'assistant' || typeof content === 'string') return [];
  return content.flatMap((part) => {
    if (part.type === 'tool-call') return part.toolCallId;
    return part.type === 'tool-approval-request' ? part.approvalId : [];
  });
}

const lost = () => ({ type: 'error-text' as const, value: 'What this call gave back is lost.' });

const idOf = (part: ToolPart): string =>
  part.type === 'tool-approval-response' ? part.approvalId : part.toolCallId;
