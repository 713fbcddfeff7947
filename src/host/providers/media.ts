import type { LanguageModelMiddleware } from 'ai';

type Params = Parameters<NonNullable<LanguageModelMiddleware['transformParams']>>[0]['params'];
type Message = Params['prompt'][number];
type ToolMessage = Extract<Message, { role: 'tool' }>;
type UserPart = Extract<Message, { role: 'user' }>['content'][number];

/**
 * Images in results of tools, for endpoints that take only text there. Left alone they would be sent as base64 text,
 * some fifty times the tokens, and not be seen. A model that takes attachments gets them as a message after the
 * results; another gets a line that says so.
 */
export const mediaOfResults = (attachments: boolean): LanguageModelMiddleware => ({
  specificationVersion: 'v4',
  transformParams: async ({ params }) => ({
    ...params,
    prompt: params.prompt.flatMap((message) =>
      message.role === 'tool' ? moveMedia(message, attachments) : [message],
    ),
  }),
});

function moveMedia(message: ToolMessage, attachments: boolean): Message[] {
  const moved: UserPart[] = [];
  const content = message.content.map((part): ToolMessage['content'][number] => {
    if (part.type !== 'tool-result' || part.output.type !== 'content') return part;
    const lines = part.output.value.map((item) => {
      if (item.type === 'text') return item.text;
      if (item.type !== 'file') return `[${item.type}]`;
      if (!attachments) return `[${item.mediaType}: not shown, because this model takes no attachments]`;
      moved.push(
        { type: 'text', text: `${item.mediaType} returned by ${part.toolName} (${part.toolCallId}):` },
        item,
      );
      return `[${item.mediaType}: in the next message]`;
    });
    return { ...part, output: { type: 'text', value: lines.join('\n') } };
  });
  const results: Message = { ...message, content };
  return moved.length > 0 ? [results, { role: 'user', content: moved }] : [results];
}
