import { computed, type Ref, ref } from 'vue';
import { type ExtraInput, mostBytes, mostExtras } from '../../api.ts';
import { newId } from './ids.ts';
import { upload } from './upload.ts';

/** Something that goes along with the next message, as it stands above the prompt. */
export type Extra = {
  id: string;
  label: string;
  icon: string;
  /** Address of a small picture. */
  thumb?: string;
  state: 'uploading' | 'ready' | 'failed';
  /** How much of it has gone, from 0 to 1. */
  progress: number;
  problem?: string;
  input?: ExtraInput;
};

/** @param ensure gives the conversation that files are sent to */
export function useExtras(ensure: () => Promise<string>) {
  const extras: Ref<Extra[]> = ref([]);
  /** Why something was not taken. */
  const refused = ref('');
  const uploads = new Map<string, AbortController>();

  const inputs = computed(() => extras.value.flatMap(({ input }) => (input ? [input] : [])));
  const waits = computed(() => extras.value.some(({ state }) => state === 'uploading'));
  const failed = computed(() => extras.value.some(({ state }) => state === 'failed'));

  function push(extra: Omit<Extra, 'id'>): Extra | undefined {
    refused.value = '';
    if (extras.value.length >= mostExtras) {
      refused.value = `At most ${mostExtras} files, items and prompts go along with one message. Take one out first.`;
      return undefined;
    }
    extras.value.push({ ...extra, id: newId() });
    return extras.value.at(-1);
  }

  /** Puts in what is there already: a file of the library, an item, a prompt. */
  function add(extra: Pick<Extra, 'label' | 'icon' | 'thumb'> & { input: ExtraInput }): void {
    push({ ...extra, state: 'ready', progress: 1 });
  }

  /** Puts in files of this machine and sends them at once. */
  function addFiles(files: Iterable<File>): void {
    for (const file of files) {
      const icon = file.type.startsWith('image/') ? 'i-lucide-image' : 'i-lucide-file';
      const extra = push({ label: file.name || 'Pasted file', icon, state: 'uploading', progress: 0 });
      if (!extra) return;
      if (file.size > mostBytes) fail(extra, `A file may have ${mostBytes / 1_000_000} MB at most.`);
      else void send(extra, file);
    }
  }

  async function send(extra: Extra, file: File): Promise<void> {
    const abort = new AbortController();
    uploads.set(extra.id, abort);
    try {
      const conversation = await ensure();
      const sent = await upload(
        conversation,
        file,
        (part) => {
          extra.progress = part;
        },
        abort.signal,
      );
      const { hash, filename, mediaType } = sent;
      extra.input = { type: 'attachment', hash, filename, mediaType };
      if (mediaType.startsWith('image/'))
        extra.thumb = `/api/conversations/${conversation}/attachments/${hash}`;
      extra.state = 'ready';
    } catch (error) {
      fail(extra, error instanceof Error ? error.message : 'It could not be sent.');
    } finally {
      uploads.delete(extra.id);
    }
  }

  function fail(extra: Extra, problem: string): void {
    extra.state = 'failed';
    extra.problem = problem;
  }

  function remove(id: string): void {
    uploads.get(id)?.abort();
    refused.value = '';
    extras.value = extras.value.filter((extra) => extra.id !== id);
  }

  /** Gives what is there away, and begins anew. */
  function take(): Extra[] {
    const taken = extras.value;
    extras.value = [];
    return taken;
  }

  return { extras, refused, inputs, waits, failed, add, addFiles, remove, take };
}

export type Extras = ReturnType<typeof useExtras>;
