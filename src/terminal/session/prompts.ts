import type { Chat, PromptInfo, Servers } from '../../host/index.ts';
import { didYouMean } from '../../settings/suggest.ts';
import { choose, type Parts } from './parts.ts';
import { say } from './say.ts';
import type { Store } from './store.ts';
import type { Dialog } from './view.ts';

/** `/prompts`: chooses a prepared prompt, asks for its variables, and sends it. */
export async function choosePrompt(parts: Parts, name: string): Promise<void> {
  const { chat, servers, store } = parts;
  const prompts = await servers.prompts();
  if (prompts.length === 0) {
    throw new Error(
      'There are no prompts. They come from the collection that the setting prompts.collection names.',
    );
  }
  const prompt = name ? named(name, prompts) : await pick(store, prompts);
  const values = prompt && (await fillIn(store, servers, prompt));
  if (!prompt || !values) return;
  const messages = await servers.getPrompt(prompt.server, prompt.name, values);
  const last = messages.at(-1);
  const text = last && textOfPerson(last);
  chat.add(text === undefined ? messages : messages.slice(0, -1));
  if (text === undefined) {
    store.tell('info', `${prompt.title} is in the conversation. Type what comes next.`);
    return;
  }
  await say(parts, text);
}

function named(name: string, prompts: PromptInfo[]): PromptInfo {
  const found = prompts.find((prompt) => prompt.name === name);
  if (found) return found;
  throw new Error(
    `There is no prompt ${name}.${didYouMean(
      name,
      prompts.map((prompt) => prompt.name),
    )}`,
  );
}

async function pick(store: Store, prompts: PromptInfo[]): Promise<PromptInfo | undefined> {
  const key = await choose(
    store,
    'Prompt',
    prompts.map(({ title, description }, index) => ({
      value: String(index),
      label: title,
      note: description,
    })),
  );
  return key === undefined ? undefined : prompts[Number(key)];
}

/** Asks for each variable in turn; nothing when the person gave up. */
async function fillIn(store: Store, servers: Servers, prompt: PromptInfo) {
  const values: Record<string, string> = {};
  for (const { name, description, required } of prompt.arguments) {
    const text = await store.ask<Extract<Dialog, { kind: 'question' }>>({
      kind: 'question',
      question: {
        label: name,
        note: description,
        required,
        complete: (typed) => servers.complete(prompt.server, prompt.name, name, typed),
      },
    });
    if (text === undefined) return undefined;
    if (text !== '') values[name] = text;
  }
  return values;
}

/** What a message of the person says, when it is only text. */
function textOfPerson({ role, content }: Chat['messages'][number]): string | undefined {
  if (role !== 'user') return undefined;
  if (typeof content === 'string') return content;
  const texts = content.map((part) => (part.type === 'text' ? part.text : undefined));
  return texts.includes(undefined) ? undefined : texts.join('\n\n');
}
