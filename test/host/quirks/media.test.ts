import { randomBytes } from 'node:crypto';
import type { ModelMessage } from 'ai';
import { describe, expect, test } from 'vitest';
import { estimateTokens } from '../../../src/host/index.ts';
import { ask } from './ask.ts';
import { openReplay } from './open.ts';

/** As large as a picture of 1024 by 1024 in JPEG often is. */
const picture = randomBytes(60_000).toString('base64');
const messages: ModelMessage[] = [
  { role: 'user', content: 'look at it' },
  { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'c1', toolName: 'notes', input: {} }] },
  {
    role: 'tool',
    content: [
      {
        type: 'tool-result',
        toolCallId: 'c1',
        toolName: 'notes',
        output: {
          type: 'content',
          value: [
            { type: 'text', text: 'photo.jpg' },
            { type: 'file', data: { type: 'data', data: picture }, mediaType: 'image/jpeg' },
          ],
        },
      },
    ],
  },
];

describe('A20 Q18 an image that a tool returns', () => {
  test('reaches a model that sees as image_url, for less than 2,000 tokens', async () => {
    const { model, requests } = await openReplay(['hello.sse'], { settings: { attachments: true } });
    await ask(model, { messages });
    const body = JSON.stringify(requests[0]);
    const url = `data:image/jpeg;base64,${picture}`;
    const last = requests[0]?.messages.at(-1);
    expect(last).toMatchObject({
      role: 'user',
      content: [{ type: 'text' }, { type: 'image_url', image_url: { url } }],
    });
    expect(JSON.stringify(requests[0]?.messages.slice(0, -1))).not.toContain(picture.slice(0, 100));
    // 1,600 is the most that a picture of this size costs at the large providers.
    expect(estimateTokens(body.replace(url, '')) + 1600).toBeLessThan(2000);
    expect(estimateTokens(body), 'as text it would be').toBeGreaterThan(10_000);
  });

  test('is a line on a model that sees only text', async () => {
    const { model, requests } = await openReplay(['hello.sse'], { settings: { attachments: false } });
    await ask(model, { messages });
    expect(requests[0]?.messages.at(-1)).toMatchObject({
      role: 'tool',
      content: 'photo.jpg\n[image/jpeg: not shown, because this model takes no attachments]',
    });
    expect(estimateTokens(JSON.stringify(requests[0]))).toBeLessThan(400);
  });
});
