import { Box, renderToString } from 'ink';
import type { PendingCall } from '../../host/index.ts';
import { createChat } from '../../host/index.ts';
import { argumentLines } from '../../terminal/components/approval.tsx';
import { EntryView, readableWidth } from '../../terminal/components/entry.tsx';
import { createSession, type Session } from '../../terminal/session/session.ts';
import type { Dialog, Entry } from '../../terminal/session/view.ts';
import type { Newsroom } from './newsroom.ts';

/** An article of the newsroom that the tour changes, read before and after from Directus itself. */
type Article = { id: number; title: string; status: string };

/**
 * Plays a few requests as a person would type them, approves the one change, and prints all as the chat shows it.
 * @returns what went wrong; nothing when the tour is as it should be
 */
export async function playTour(newsroom: Newsroom, signal: AbortSignal): Promise<string[]> {
  const { sandbox, model, servers } = newsroom;
  const draft = await firstDraft(newsroom);
  const image = await firstImage(newsroom);
  const session = createSession({
    chat: createChat({ model, servers }),
    servers,
    models: { list: () => [], open: async () => model },
    entries: [
      {
        kind: 'banner',
        text: `**A short tour**, on Directus ${sandbox.version} with the content of a newsroom.`,
      },
    ],
  });
  const stop = () => session.stop();
  signal.addEventListener('abort', stop, { once: true });
  const { problems, unwatch } = watch(session);

  const lines = [
    '/tools',
    'show the newest 3 articles',
    'find articles where status is draft',
    `describe image "${image}"`,
    `change the status of article ${draft.id} to published`,
  ];
  for (const line of lines) {
    signal.throwIfAborted();
    await session.submit(line);
  }
  const after = await article(newsroom, draft.id);
  if (after.status !== 'published')
    problems.push(`Article ${draft.id} should be published, and is ${after.status}.`);
  const said = `Read back from Directus itself: article ${after.id} was ${draft.status} and is ${after.status}.`;
  session.show({ kind: 'notice', tone: 'info', text: said });
  unwatch();
  return problems;
}

/** Prints each entry once, says yes to what is asked, and collects what failed. */
function watch(session: Session): { problems: string[]; unwatch: () => void } {
  const problems: string[] = [];
  let printed = 0;
  const update = () => {
    const { entries, dialog } = session.view();
    for (; printed < entries.length; printed++) {
      const entry = entries[printed];
      if (!entry) continue;
      print(entry, entries[printed - 1]);
      const problem = problemIn(entry);
      if (problem) problems.push(problem);
    }
    if (dialog?.kind === 'approval') approve(session, dialog);
  };
  const unwatch = session.subscribe(update);
  update();
  return { problems, unwatch };
}

function approve(session: Session, { pending, answer }: Extract<Dialog, { kind: 'approval' }>): void {
  answer(pending.map(({ approvalId }) => ({ approvalId, decision: 'yes' })));
  session.show({ kind: 'page', text: pending.map(question).join('\n\n') });
}

function question(call: PendingCall): string {
  const head = `**Run ${call.tool} ${call.action}?** The tour says yes; in the chat you are asked.`;
  return [head, '```', ...argumentLines(call), '```'].join('\n');
}

function problemIn(entry: Entry): string | undefined {
  if (entry.kind === 'notice' && entry.tone === 'error') return entry.text;
  if (entry.kind !== 'call') return undefined;
  const { call } = entry;
  return call.isError || call.state === 'denied' ? `${call.tool} ${call.action} failed.` : undefined;
}

function print(entry: Entry, before: Entry | undefined): void {
  const width = readableWidth(process.stdout.columns ?? 100);
  const drawn = renderToString(
    <Box width={width}>
      <EntryView entry={entry} before={before} width={width} />
    </Box>,
    { columns: width },
  );
  console.log(drawn);
}

async function firstDraft(newsroom: Newsroom): Promise<Article> {
  const [draft] = await rest<Article[]>(
    newsroom,
    '/items/articles?fields=id,title,status&filter[status][_eq]=draft&sort=id&limit=1',
  );
  if (!draft) throw new Error('The newsroom has no draft to publish.');
  return draft;
}

async function firstImage(newsroom: Newsroom): Promise<string> {
  const [image] = await rest<{ title: string }[]>(
    newsroom,
    '/files?fields=title&filter[type][_eq]=image/jpeg&sort=title&limit=1',
  );
  if (!image) throw new Error('The newsroom has no image.');
  return image.title;
}

const article = (newsroom: Newsroom, id: number) => rest<Article>(newsroom, `/items/articles/${id}`);

/** Reads from Directus beside the assistant, so that the tour does not take the assistant's word for it. */
async function rest<T>({ sandbox }: Newsroom, path: string): Promise<T> {
  const response = await fetch(`${sandbox.url}${path}`, {
    headers: { authorization: `Bearer ${sandbox.admin.token}` },
  });
  if (!response.ok) throw new Error(`Directus answered ${response.status} to ${path}.`);
  const { data } = (await response.json()) as { data: T };
  return data;
}
