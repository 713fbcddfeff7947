import { computed, reactive, readonly, ref, shallowRef, type WritableComputedRef } from 'vue';
import type { ProviderEntry, SettingsChange, SettingsView, SettingView } from '../../settings-api.ts';
import { ApiError, ask } from '../api.ts';

/** What a form says is wrong, and with which setting. */
export type Fault = { field?: string | undefined; message: string };

const view = shallowRef<SettingsView>();
/** Values that are not saved yet, by path; they stay while one looks at other sections. */
const draft = reactive<Record<string, unknown>>({});
/** What was typed and is nothing that could be sent, by where it stands. */
const broken = reactive<Record<string, string>>({});
const fault = ref<Fault>();
/** Grows whenever what forms show was replaced: what they keep beside it is then not so any more. */
const rounds = ref(0);

/** The settings and what is about to be changed, for all sections of the page. */
export const store = {
  view: readonly(view),
  fault: readonly(fault),
  rounds: readonly(rounds),
  broken,
  load,
  save,
  discard,
  changedOf,
  rebase,
  get isDirty() {
    return Object.keys(draft).length > 0 || Object.keys(broken).length > 0;
  },
};

/** @throws ApiError */
async function load(): Promise<void> {
  accept(await ask<SettingsView>('GET', '/settings'));
}

function accept(next: SettingsView): void {
  const providers = next.settings['ai.compatible'];
  if (providers) {
    const list = providers.value as ProviderEntry[];
    providers.value = list.map((entry): ProviderEntry => ({ was: entry.name, ...entry }));
  }
  view.value = next;
}

/** A part of the page knows better what a setting is before it is changed. */
function rebase(path: string, value: unknown): void {
  const setting = view.value?.settings[path];
  if (!view.value || !setting) return;
  view.value = { ...view.value, settings: { ...view.value.settings, [path]: { ...setting, value } } };
}

/** Those of the settings that are not saved yet. */
function changedOf(paths: readonly string[]): string[] {
  return paths.filter((path) => path in draft);
}

/** Saves those of the settings that were changed, all or none; what is wrong then stands in `fault`. */
async function save(paths: readonly string[]): Promise<boolean> {
  const changed = changedOf(paths);
  fault.value = undefined;
  const change: SettingsChange = {
    revision: view.value?.revision ?? '',
    changes: changed.map((path) => ({ path: path.split('.'), value: draft[path] ?? null })),
  };
  try {
    accept(await ask<SettingsView>('PATCH', '/settings', change));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    fault.value = { field: error.field, message: error.message };
    if (error.code === 'conflict') await load();
    return false;
  }
  forget(changed);
  return true;
}

function discard(paths: readonly string[]): void {
  forget(changedOf(paths));
  fault.value = undefined;
}

function forget(paths: string[]): void {
  for (const path of paths) delete draft[path];
  for (const where of Object.keys(broken))
    if (paths.some((path) => where.startsWith(path))) delete broken[where];
  rounds.value += 1;
}

const isSame = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** One setting in a form: what is known of it, its value as it stands there, and what is wrong with it. */
export function useSetting<T = unknown>(path: string) {
  const setting = computed<SettingView | undefined>(() => view.value?.settings[path]);
  const value: WritableComputedRef<T> = computed({
    get: () => (path in draft ? draft[path] : (setting.value?.value ?? null)) as T,
    set(next) {
      if (isSame(next, setting.value?.value)) delete draft[path];
      else draft[path] = next;
      if (fault.value?.field?.startsWith(path)) fault.value = undefined;
    },
  });
  return { setting, value, fault: computed(() => faultAt(path)) };
}

/** What is wrong with what stands at a path (`ai.compatible.0.baseUrl`). */
export const faultAt = (path: string): string | undefined =>
  broken[path] ?? (fault.value?.field === path ? fault.value.message : undefined);
