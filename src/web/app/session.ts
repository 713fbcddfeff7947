import { readonly, ref, shallowRef } from 'vue';
import type { SessionInfo, SignIn } from '../api.ts';
import { ApiError, ask, whenSignedOut } from './api.ts';

const info = shallowRef<SessionInfo>();
/** Somebody was signed in and is not any more: the page stays as it is, with what was typed. */
const expired = ref(false);
/** Why signing out did not work. */
const stillIn = ref('');
/** All windows of a browser share who is signed in, so one tells the others when that has changed. */
const windows = new BroadcastChannel('session');

whenSignedOut(() => {
  if (info.value?.user) expired.value = true;
});
windows.onmessage = () => void look();

/** Who is signed in, for all of the app. */
export const session = {
  info: readonly(info),
  expired: readonly(expired),
  stillIn: readonly(stillIn),
  load,
  signIn,
  signOut,
};

/** @throws ApiError */
async function load(): Promise<void> {
  begin(await ask<SessionInfo>('GET', '/session'));
}

/** @throws ApiError with the code `otp` when a one-time code is wanted */
async function signIn(how: SignIn): Promise<void> {
  const now = await ask<SessionInfo>('POST', '/session', how);
  windows.postMessage('changed');
  goOnAs(now);
}

async function signOut(): Promise<void> {
  stillIn.value = '';
  try {
    await ask('DELETE', '/session');
  } catch (error) {
    stillIn.value = error instanceof ApiError ? error.message : 'That did not work. Try again.';
    return;
  }
  forget();
  windows.postMessage('changed');
  location.assign('/');
}

/** Another window has changed who is signed in. What cannot be found out now, the next request will tell. */
async function look(): Promise<void> {
  const now = await ask<SessionInfo>('GET', '/session').catch(() => undefined);
  if (now) goOnAs(now);
}

function goOnAs(now: SessionInfo): void {
  const before = info.value?.user;
  if (before && !now.user) expired.value = true;
  // What stands on the page is somebody else's.
  else if (before && before.id !== now.user?.id) location.assign('/');
  else begin(now);
}

function begin(now: SessionInfo): void {
  if (now.user) keepOnlyFor(now.user.id);
  info.value = now;
  expired.value = false;
}

const OWNER = 'kept for';

/** What a window keeps, such as drafts, is one person's. */
function keepOnlyFor(id: string): void {
  try {
    if (sessionStorage.getItem(OWNER) === id) return;
    forget();
    sessionStorage.setItem(OWNER, id);
  } catch {
    // Where the browser keeps nothing, there is nothing of anybody else.
  }
}

function forget(): void {
  try {
    sessionStorage.clear();
  } catch {
    // As above.
  }
}
