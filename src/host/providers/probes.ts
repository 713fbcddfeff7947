import { isStepCount, jsonSchema, type ModelMessage, streamText, tool } from 'ai';
import type { ChatModel } from './models.ts';

/** What came of trying one thing with a model: whether it works, in a sentence, and how long it took. */
export type Probe = { ok: boolean; detail: string; ms?: number };

/** Asks for an answer and waits for its first text to come in. */
export async function probeStream(model: ChatModel, signal: AbortSignal): Promise<Probe> {
  return timed(model, async () => {
    const { firstMs } = await ask(model, signal, { prompt: 'Say hello in one short sentence.' });
    return firstMs === undefined
      ? { ok: false, detail: `${model.name} at ${model.baseUrl} sent an answer without any text.` }
      : { ok: true, detail: `${model.name} answers; its first text came after ${firstMs} ms.` };
  });
}

/** Whatever an endpoint says that has no tools, or was started without them. */
const noTools =
  /support tool use|does(n't| not) support (tools|tool|function)|tools? (is|are) not supported|unsupported param: tools|tool choice requires|tools param requires|tool calling (is )?not (supported|enabled)/i;

/** Has a tool called and its result read. */
export async function probeTools(model: ChatModel, signal: AbortSignal): Promise<Probe> {
  const probe = await timed(model, async () => {
    const { results } = await ask(model, signal, {
      prompt: 'Call the tool "echo" with the text "ready", then say what it returned.',
      tools: {
        echo: tool({
          description: 'Returns the text it is given.',
          inputSchema: jsonSchema<{ text: string }>({
            type: 'object',
            properties: { text: { type: 'string' } },
            required: ['text'],
          }),
          execute: async ({ text }) => text,
        }),
      },
      stopWhen: isStepCount(3),
    });
    return results > 0
      ? { ok: true, detail: `${model.name} called a tool and read its result.` }
      : {
          ok: false,
          detail: `${model.name} answers, but did not call the tool it was asked to call: it will not do for this chat.`,
        };
  });
  if (probe.ok || !noTools.test(probe.detail)) return probe;
  const detail = `${model.name} takes no tools here, and the chat cannot work without: choose a model that takes tools, or start its server with them. ${probe.detail}`;
  return { ...probe, detail };
}

/** 64 by 64 pixels of plain red. */
const redPng =
  'iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAIAAAAlC+aJAAAAS0lEQVR42u3PQQkAAAgAsetfWiP4FgYrsKZeS0BAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEDgsqnc8OJg6Ln3AAAAAElFTkSuQmCC';

/** Shows it a picture of one colour and asks which; skipped for a model that takes no attachments. */
export async function probeImage(model: ChatModel, signal: AbortSignal): Promise<Probe> {
  if (!model.attachments) {
    return { ok: true, detail: `Not tried: the settings say that ${model.name} takes no attachments.` };
  }
  return timed(model, async () => {
    const question: ModelMessage = {
      role: 'user',
      content: [
        { type: 'text', text: 'Which colour is this picture? Answer with one word.' },
        { type: 'file', data: redPng, mediaType: 'image/png' },
      ],
    };
    const { text } = await ask(model, signal, { messages: [question] });
    const answer = text.replace(/\s+/g, ' ').trim().slice(0, 100);
    return /\bred\b|crimson|scarlet|#?ff0000/i.test(answer)
      ? { ok: true, detail: `${model.name} sees images.` }
      : {
          ok: false,
          detail: `${model.name} was shown a red picture and said "${answer}": it does not see images. Choose a model that does, or set \`attachments\` to false for it.`,
        };
  });
}

type Question = Pick<Parameters<typeof streamText>[0], 'tools' | 'stopWhen'> &
  ({ prompt: string } | { messages: ModelMessage[] });

/** Asks as the chat does, by a stream, and reads it to its end. @throws what went wrong */
async function ask(model: ChatModel, signal: AbortSignal, question: Question) {
  const started = performance.now();
  const { stream } = streamText({
    model: model.languageModel,
    providerOptions: model.callOptions,
    maxRetries: 0,
    abortSignal: signal,
    // Errors are parts of the stream; without this the AI SDK prints them too.
    onError: () => {},
    ...question,
  });
  const seen = { text: '', results: 0, firstMs: undefined as number | undefined };
  for await (const part of stream) {
    if (part.type === 'error') throw part.error;
    if (part.type === 'abort') throw signal.reason;
    if (part.type === 'tool-result') seen.results += 1;
    if (part.type !== 'text-delta' || !part.text) continue;
    seen.text += part.text;
    seen.firstMs ??= Math.round(performance.now() - started);
  }
  return seen;
}

/** Runs a probe against the clock; what it throws is explained. */
async function timed(model: ChatModel, probe: () => Promise<Probe>): Promise<Probe> {
  const started = performance.now();
  try {
    const result = await probe();
    return { ...result, ms: Math.round(performance.now() - started) };
  } catch (error) {
    return { ok: false, detail: model.explain(error).message };
  }
}
