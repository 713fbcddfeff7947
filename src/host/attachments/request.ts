import { APICallError, type LanguageModelMiddleware, uploadFile } from 'ai';
import { quoted } from '../context-items/block.ts';
import { type Receiver, takes } from './media.ts';
import { hashIn } from './message.ts';
import type { AttachmentStore } from './types.ts';
import type { Uploads } from './uploads.ts';

type Params = Parameters<NonNullable<LanguageModelMiddleware['transformParams']>>[0]['params'];
type UserPart = Extract<Params['prompt'][number], { role: 'user' }>['content'][number];
type File = Extract<UserPart, { type: 'file' }>;

/** The files API of a provider, as `provider.files()` gives it. */
export type FilesApi = Parameters<typeof uploadFile>[0]['api'];

export type FileSending = {
  model: Receiver & { baseUrl: string };
  /** None where the provider has no files API: all is sent within the request. */
  files?: FilesApi | undefined;
  store: AttachmentStore;
  uploads: Uploads;
  /** Told before a file is uploaded and when that has ended, for people who wait. */
  onUpload?: (event: { filename: string; bytes: number; done: boolean }) => void;
};

/** An image up to this size goes within the request; in base64 it stays below Anthropic's 5 MB. */
const INLINE_IMAGE = 3_500_000;
/** What still goes within a request when it cannot be uploaded. */
const INLINE_AT_MOST = 20_000_000;

/**
 * Puts the files of a conversation into each request, as its model and provider take them: uploaded once where there is
 * a files API, else within the request. What a model does not take, or what is gone, is a line that says so: a history
 * must not become useless because another model is asked.
 */
export function filesInRequests(sending: FileSending): LanguageModelMiddleware {
  const { model: receiver, uploads } = sending;
  // A gateway in front of a provider often has no files API.
  const notUploaded = new Set<string>();

  async function attempt<T>(params: Params, send: (params: Params) => PromiseLike<T>): Promise<T> {
    const first = await resolve(sending, notUploaded, params);
    try {
      return await send(first.params);
    } catch (error) {
      const gone = goneIn(error, first.references);
      if (gone.length === 0) throw error;
      for (const hash of gone) await uploads.forget(hash, receiver.baseUrl).catch(() => {});
      return send((await resolve(sending, notUploaded, params)).params);
    }
  }

  return {
    specificationVersion: 'v4',
    // Otherwise the AI SDK would try to download them.
    overrideSupportedUrls: async ({ model }) => {
      const urls = await model.supportedUrls;
      return { ...urls, '*/*': [...(urls['*/*'] ?? []), /^attachment:/] };
    },
    wrapGenerate: ({ params, model }) => attempt(params, (whole) => model.doGenerate(whole)),
    wrapStream: ({ params, model }) => attempt(params, (whole) => model.doStream(whole)),
  };
}

/** One after another: ten files of 50 MB at once would be much memory. */
async function resolve(sending: FileSending, notUploaded: Set<string>, params: Params) {
  const references = new Map<string, string>();
  const prompt: Params['prompt'] = [];
  for (const message of params.prompt) {
    if (message.role !== 'user') {
      prompt.push(message);
      continue;
    }
    const content: UserPart[] = [];
    for (const part of message.content) {
      const hash = part.type === 'file' && part.data.type === 'url' ? hashIn(part.data.url) : undefined;
      if (part.type !== 'file' || hash === undefined) content.push(part);
      else content.push(...(await toParts(part, hash)));
    }
    prompt.push({ ...message, content });
  }
  return { params: { ...params, prompt }, references };

  async function toParts(part: File, hash: string): Promise<UserPart[]> {
    const name = `${quoted(part.filename ?? 'file')} (${part.mediaType})`;
    const data = takes(sending.model, part.mediaType)
      ? await dataOf(sending, notUploaded, part, hash, params.abortSignal)
      : 'this model does not take it';
    if (typeof data === 'string') return [{ type: 'text', text: `[${name}: not shown, because ${data}]` }];
    if (data.type === 'reference') references.set(hash, Object.values(data.reference).join());
    return [
      { type: 'text', text: `[${name}]` },
      { ...part, filename: nameOf(part), data },
    ];
  }
}

const HASH = /^[0-9a-f]{64}$/;

/** What is sent for a file; a text says why nothing is. */
async function dataOf(
  { model, files, store, uploads, onUpload }: FileSending,
  notUploaded: Set<string>,
  part: File,
  hash: string,
  abortSignal: AbortSignal | undefined,
): Promise<Extract<File['data'], { type: 'data' | 'reference' }> | string> {
  // A history may come from elsewhere, and this becomes the name of a file.
  if (!HASH.test(hash)) return 'it is no longer kept';
  const known = files && (await uploads.find(hash, model.baseUrl));
  if (known) return { type: 'reference', reference: known.reference };
  const bytes = await store.get(hash).catch(() => undefined);
  if (!bytes) return 'it is no longer kept';
  if (!takes(model, part.mediaType, bytes.length)) return 'it is too large for this model';
  const isImage = part.mediaType.startsWith('image/');
  if (!files || notUploaded.has(hash) || (isImage && bytes.length <= INLINE_IMAGE))
    return { type: 'data', data: bytes };
  const event = { filename: part.filename ?? 'file', bytes: bytes.length };
  onUpload?.({ ...event, done: false });
  try {
    const uploaded = await upload(files, {
      filename: nameOf(part),
      mediaType: part.mediaType,
      bytes,
      abortSignal,
    });
    // What cannot be remembered is uploaded again.
    await uploads.keep(hash, model.baseUrl, uploaded).catch(() => {});
    return { type: 'reference', reference: uploaded.reference };
  } catch (error) {
    if (bytes.length > INLINE_AT_MOST) throw error;
    notUploaded.add(hash);
    return { type: 'data', data: bytes };
  } finally {
    onUpload?.({ ...event, done: true });
  }
}

/** OpenAI deletes what it was given after this time; Google does after two days, Anthropic when asked. */
const KEPT_SECONDS = 30 * 24 * 3600;

type Outgoing = {
  filename: string;
  mediaType: string;
  bytes: Uint8Array;
  abortSignal: AbortSignal | undefined;
};

async function upload(api: FilesApi, { filename, mediaType, bytes, abortSignal }: Outgoing) {
  const purpose = mediaType.startsWith('image/') ? 'vision' : 'user_data';
  const { providerReference, expiresAt, providerMetadata } = await uploadFile({
    api,
    data: bytes,
    mediaType,
    filename,
    ...(abortSignal && { abortSignal }),
    providerOptions: { openai: { purpose, expiresAfter: KEPT_SECONDS } },
  });
  const said = expiresAt?.toISOString() ?? providerMetadata?.google?.expirationTime;
  return { reference: providerReference, ...(typeof said === 'string' && { expiresAt: said }) };
}

/** The name with the ending that its type has: by it OpenAI tells what a file is. */
function nameOf({ filename = 'file', mediaType }: File): string {
  const ending = mediaType.split('/')[1] ?? '';
  const has = /\.(\w+)$/.exec(filename)?.[1]?.toLowerCase().replace(/^jpg$/, 'jpeg');
  return has === ending ? filename : `${filename}.${ending}`;
}

/** What providers say of a file that was deleted, has expired or belongs to another account. */
const ABSENT = /not (be )?found|no such|no longer|not exist|expired|deleted|permission/i;

/** Of the files a request named, those that the provider says it does not have any more. */
function goneIn(error: unknown, references: ReadonlyMap<string, string>): string[] {
  if (!APICallError.isInstance(error) || ![400, 403, 404, 410].includes(error.statusCode ?? 0)) return [];
  const said = `${error.message} ${error.responseBody ?? ''}`;
  if (!ABSENT.test(said)) return [];
  const all = [...references];
  // Google knows a file by an address and speaks of the end of it.
  const named = all.filter(([, reference]) => said.includes(reference.split('/').at(-1) ?? reference));
  if (named.length > 0) return named.map(([hash]) => hash);
  return /\bfiles?\b/i.test(said) ? all.map(([hash]) => hash) : [];
}
