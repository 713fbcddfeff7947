import { callKey, type PendingCall } from '../../host/index.ts';
import { settingsSchema } from '../../settings/schema.ts';
import { playTranscript } from '../../terminal/index.ts';
import type { Newsroom } from './newsroom.ts';

type Article = { id: number; status: string };

/**
 * Plays a few requests as a person would type them, approves the one change, and prints all as the chat shows it.
 * After the signal nothing more is approved or printed.
 * @returns what went wrong; nothing when the tour is as it should be
 */
export async function playTour(newsroom: Newsroom, signal: AbortSignal): Promise<string[]> {
  const { sandbox, model, servers } = newsroom;
  const print = (text: string) => void (signal.aborted || process.stdout.write(text));
  const decide = (pending: readonly PendingCall[]) => {
    for (const call of pending)
      print(`\nRun ${callKey(call)}? In the chat you are asked; the tour says yes.\n`);
    const decision = signal.aborted ? ('no' as const) : ('yes' as const);
    return pending.map(({ approvalId }) => ({ approvalId, decision }));
  };
  const draft = await firstDraft(newsroom);
  const image = await firstImage(newsroom);
  const fine = await playTranscript({
    model,
    servers,
    ai: settingsSchema.parse({}).ai,
    banner: `**A short tour**, on Directus ${sandbox.version} at ${sandbox.url}, with the content of a small newsroom.`,
    inputs: [
      '/tools',
      'show the newest 3 articles',
      'find articles where status is draft',
      `describe image "${image}"`,
      `change the status of article ${draft.id} to published`,
    ],
    decide,
    print,
    columns: process.stdout.columns ?? 100,
  });
  const problems = fine ? [] : ['Something failed; the transcript says what.'];

  const after = await rest<Article>(newsroom, `/items/articles/${draft.id}?fields=id,status`);
  print(`\nRead back past the assistant: article ${after.id} was ${draft.status} and is ${after.status}.\n`);
  if (after.status !== 'published') problems.push(`Article ${draft.id} should be published.`);
  return problems;
}

async function firstDraft(newsroom: Newsroom): Promise<Article> {
  const query = 'fields=id,status&filter[status][_eq]=draft&sort=id&limit=1';
  const [draft] = await rest<Article[]>(newsroom, `/items/articles?${query}`);
  if (!draft) throw new Error('The newsroom has no draft to publish.');
  return draft;
}

async function firstImage(newsroom: Newsroom): Promise<string> {
  const query = 'fields=title&filter[type][_eq]=image/jpeg&sort=title&limit=1';
  const [image] = await rest<{ title: string }[]>(newsroom, `/files?${query}`);
  if (!image) throw new Error('The newsroom has no picture to describe.');
  return image.title;
}

/** Reads from Directus beside the assistant, so that the tour does not take the assistant's word for it. */
async function rest<T>({ sandbox }: Newsroom, path: string): Promise<T> {
  const headers = { authorization: `Bearer ${sandbox.admin.token}` };
  const response = await fetch(sandbox.url + path, { headers });
  if (!response.ok) throw new Error(`Directus answered ${response.status} to ${path}.`);
  const { data } = (await response.json()) as { data: T };
  return data;
}
