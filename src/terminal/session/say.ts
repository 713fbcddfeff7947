import { messageContent } from '../../host/attachments/message.ts';
import { labelsOf, refusals } from './along.ts';
import type { Parts } from './parts.ts';
import { wordsOf } from './turns.ts';

/** Shows what a person says and says it to the model, with what goes along. Never rejects. */
export async function say(parts: Parts, text: string): Promise<void> {
  const { chat, store, turns } = parts;
  const { along } = store.view();
  store.show({ kind: 'person', text, ...(along.length > 0 && { along: labelsOf(along) }) });
  if (along.length === 0) return turns.run((signal) => chat.send(text, { signal }));
  const refused = refusals(parts);
  if (refused.length > 0) {
    store.tell('error', `Nothing was sent. ${refused.join(' ')} /detach takes it out.`);
    return;
  }
  try {
    const content = await turns.work('Keeping the files', () =>
      messageContent(chat.attachments, text, along),
    );
    if (content === undefined) return;
    store.set({ along: [] });
    await turns.run((signal) => chat.send(content, { signal }));
  } catch (error) {
    store.tell('error', wordsOf(error));
  }
}
