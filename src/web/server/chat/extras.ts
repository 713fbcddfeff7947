import * as z from 'zod';
import { mostExtras } from '../../../host/attachments/limits.ts';
import type { Extra } from '../../../host/attachments/message.ts';
import { toAttachment } from '../../../host/attachments/read.ts';
import type { AttachmentStore } from '../../../host/attachments/types.ts';
import { itemContext } from '../../../host/context-items/item.ts';
import { libraryAttachment } from '../../../host/context-items/library.ts';
import { promptContext } from '../../../host/context-items/prompt.ts';
import type { ChatModel, Servers } from '../../../host/index.ts';
import type { ExtraInput } from '../../api.ts';

/** What may stand in a turn's `extras`. */
export const extraInput = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('attachment'),
    hash: z.string().regex(/^[0-9a-f]{64}$/),
    filename: z.string().min(1).max(500),
    mediaType: z.string(),
  }),
  z.strictObject({ type: z.literal('library'), id: z.uuid() }),
  z.strictObject({
    type: z.literal('item'),
    collection: z.string().min(1),
    key: z.union([z.string(), z.number()]).exactOptional(),
  }),
  z.strictObject({
    type: z.literal('prompt'),
    server: z.string(),
    name: z.string(),
    values: z.record(z.string(), z.string()),
  }),
]) satisfies z.ZodType<ExtraInput>;

/**
 * Fetches what goes along with a message, with the rights of the person.
 * @throws an Error for people: one of them is not there, or cannot be had
 */
export async function fetchExtras(
  inputs: readonly ExtraInput[],
  from: { servers: Servers; attachments: AttachmentStore; model: ChatModel },
): Promise<Extra[]> {
  if (inputs.length > mostExtras)
    throw new Error(
      `At most ${mostExtras} attachments and context items go along with one message: take out ${inputs.length - mostExtras}.`,
    );
  const { servers, attachments, model } = from;
  const extras = await Promise.all(
    inputs.map(async (input): Promise<Extra[]> => {
      switch (input.type) {
        case 'attachment':
          // What it is, the bytes say.
          return [await toAttachment(input.filename, await attachments.get(input.hash))];
        case 'library':
          return [await libraryAttachment(servers, model, input.id)];
        case 'item':
          return [await itemContext(servers, input)];
        case 'prompt': {
          const { server, name, values } = input;
          const prompt = (await servers.prompts()).find((one) => one.server === server && one.name === name);
          if (!prompt) throw new Error(`There is no prompt "${name}" any more.`);
          return promptContext(servers, prompt, values);
        }
      }
    }),
  );
  return extras.flat();
}
