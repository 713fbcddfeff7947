import { readonly, ref, shallowRef } from 'vue';
import type { SessionInfo, SignIn } from '../api.ts';
import { ask, whenSignedOut } from './api.ts';

const info = shallowRef<SessionInfo>();
/** Somebody was signed in and is not any more: the page stays as it is, with what was typed. */
const expired = ref(false);

whenSignedOut(() => {
  if (info.value?.user) expired.value = true;
});

/** Who is signed in, for all of the app. */
export const session = { info: readonly(info), expired: readonly(expired), load, signIn, signOut };

/** @throws ApiError */
async function load(): Promise<void> {
  info.value = await ask<SessionInfo>('GET', '/session');
}

/** @throws ApiError with the code `otp` when a one-time code is wanted */
async function signIn(how: SignIn): Promise<void> {
  const before = info.value?.user?.id;
  info.value = await ask<SessionInfo>('POST', '/session', how);
  expired.value = false;
  // What stands on the page is somebody else's.
  if (before !== undefined && before !== info.value.user?.id) location.assign('/');
}

async function signOut(): Promise<void> {
  await ask('DELETE', '/session');
  location.assign('/');
}
