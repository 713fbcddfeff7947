import * as z from 'zod';

/**
 * An answer that began with a good status and then went wrong. `said`: the endpoint sent an error instead of the rest
 * (`body` is what it sent, `status` the number in it). `cut`: it ended early. `stalled`: it fell silent. `garbled`: it
 * sent what is no answer. `empty`: it ended well and held nothing.
 */
export class BrokenAnswer extends Error {
  override name = 'BrokenAnswer';
  readonly how: 'said' | 'cut' | 'stalled' | 'garbled' | 'empty';
  readonly body: string;
  readonly status: number | undefined;
  constructor(how: BrokenAnswer['how'], message: string, info: { body?: string; status?: number } = {}) {
    super(message);
    this.how = how;
    this.body = info.body ?? message;
    this.status = info.status;
  }
}

const carried = z.object({
  type: z.literal('broken-answer'),
  message: z.string(),
  param: z.object({
    how: z.enum(['said', 'cut', 'stalled', 'garbled', 'empty']),
    body: z.string(),
    status: z.number().optional(),
  }),
});

/**
 * A broken answer as an error of OpenAI's stream. In the stream it comes after all that was said before it, where a
 * thrown error would overtake it.
 */
export const carry = ({ how, message, body, status }: BrokenAnswer): z.output<typeof carried> => ({
  type: 'broken-answer',
  message,
  param: { how, body, ...(status !== undefined && { status }) },
});

/** The broken answer inside an error: carried in a stream, or wrapped by the AI SDK. */
export function brokenAnswerIn(error: unknown): BrokenAnswer | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof BrokenAnswer) return at;
  const { data } = carried.safeParse(error);
  if (!data) return undefined;
  const { how, body, status } = data.param;
  return new BrokenAnswer(how, data.message, { body, ...(status !== undefined && { status }) });
}
