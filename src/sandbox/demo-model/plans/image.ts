import type { Words } from '../grammar.ts';
import { cell, size, table } from '../markdown.ts';
import { ask, call, type Plan, Tell } from '../plan.ts';
import { isRow, type Row, rowsOf } from '../reply.ts';
import { isKey, unquote } from '../values.ts';

const FIELDS = [
  'id',
  'title',
  'type',
  'width',
  'height',
  'filesize',
  'description',
  'tags',
  'folder.name',
  'uploaded_on',
];

export function* describeImage({ image = '' }: Words): Plan {
  const wanted = unquote(image);
  const filter = isKey(wanted)
    ? { id: { _eq: wanted } }
    : { _or: [{ title: { _icontains: wanted } }, { filename_download: { _icontains: wanted } }] };
  const found = yield* ask('files', { action: 'read', query: { fields: FIELDS, filter, limit: 5 } });
  const files = rowsOf(found.data);
  const file = files.find(({ title }) => String(title).toLowerCase() === wanted.toLowerCase()) ?? files[0];
  if (!file) throw new Tell(`There is no file whose title or file name contains "${wanted}".`);
  if (files.length > 1 && !exactly(file, wanted)) {
    throw new Tell(`Several files fit "${wanted}". Which one?\n\n${table(files, ['id', 'title', 'type'])}`);
  }

  const asset = yield* call({ tool: 'assets', input: { id: file.id } });
  if (asset.denied) throw new Tell('Fetching the file was not approved, so this is where I stop.');
  const arrived = !asset.failed;
  const fetched = arrived
    ? 'I fetched the picture itself with `assets`, but I am a script and cannot see: what it shows, a real model would tell you.'
    : `I could not fetch the picture itself. \`assets\` said: ${cell(asset.words || asset.text)}`;
  return `${facts(file)}\n\n${fetched}`;
}

/** What is on record about a file, in sentences. */
function facts(file: Row): string {
  const folder = isRow(file.folder) ? file.folder.name : file['folder.name'];
  const pixels = file.width && file.height ? `, ${file.width} × ${file.height} pixels` : '';
  const bytes = file.filesize ? `, ${size(Number(file.filesize))}` : '';
  const parts = [
    `**${cell(file.title)}** is a file of type \`${cell(file.type)}\`${pixels}${bytes}`,
    folder ? `, in the folder “${cell(folder)}”.` : ', in no folder.',
    file.description ? ` Its description says: “${cell(file.description)}”.` : '',
    Array.isArray(file.tags) && file.tags.length > 0 ? ` It is tagged ${file.tags.join(', ')}.` : '',
  ];
  return parts.join('');
}

function exactly(file: Row, wanted: string): boolean {
  return String(file.title).toLowerCase() === wanted.toLowerCase();
}
