import type { LanguageModel, ModelMessage } from 'ai';
import type { ChatModel } from '../providers/models.ts';
import { summarise } from './summarise.ts';
import type { Summary } from './summary.ts';
import { messageTokens } from './tokens.ts';
import { asideForSteps, cutFor, type Shortening, shortened } from './window.ts';

/** Above this share of what fits, a history is shortened; a summary brings it down to the second one. */
const FULL = 0.8;
const AFTER = 0.4;

export type Fitting = {
  messages: readonly ModelMessage[];
  shortening: Shortening;
  /** Tokens for messages: the window without the answer, the system prompt and the tools. */
  room: number;
  /** Of tokens by the provider's count to tokens by ours; 1 where it gave none. */
  scale: number;
  model: LanguageModel;
  /** As for every request to this model. */
  providerOptions: ChatModel['callOptions'];
  signal: AbortSignal | undefined;
  /** Told before a summary is made, which takes a request. */
  onSummary: () => void;
};

/**
 * Makes a history fit: old large results go aside first, then old turns into a summary.
 * @throws only when `signal` fires or a budget is used up
 */
export async function fitHistory(fitting: Fitting): Promise<Shortening> {
  const { messages, room, scale, signal, model, providerOptions } = fitting;
  const tokens = (shortening: Shortening) => messageTokens(shortened(messages, shortening).messages) * scale;
  let { shortening } = fitting;
  if (tokens(shortening) <= room * FULL) return shortening;
  shortening = { ...shortening, asideBefore: Math.max(shortening.asideBefore, asideForSteps(messages)) };
  if (tokens(shortening) <= room * FULL) return shortening;
  const earlier = shortening.summary;
  const sent = shortenedInPlace(messages, shortening);
  const end = cutFor(sent, earlier?.messages ?? 0, (room * AFTER) / scale);
  if (end <= (earlier?.messages ?? 0)) return shortening;
  fitting.onSummary();
  const summary: Summary = await summarise({ model, providerOptions, messages, end, earlier, room, signal });
  return { ...shortening, summary };
}

/** With results aside but nothing summarised, so that places are those of the history. */
const shortenedInPlace = (messages: readonly ModelMessage[], { asideBefore }: Shortening) =>
  shortened(messages, { summary: undefined, asideBefore }).messages;
