import type { LiveEvent } from '../../api.ts';

/** `again`: the connection was lost for a while, and anything may have happened. */
export type Heard = LiveEvent | { type: 'again' };

/** Long enough not to press on a server that refuses. */
const RETRY_MS = 5000;

const listeners = new Set<(event: Heard) => void>();
let source: EventSource | undefined;
let retry: ReturnType<typeof setTimeout> | undefined;
let wasLost = false;

/** Calls back with what happens in other windows and on the server. @returns how to stop that */
export function onLive(listener: (event: Heard) => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) {
    document.addEventListener('visibilitychange', seenOrNot);
    seenOrNot();
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    document.removeEventListener('visibilitychange', seenOrNot);
    disconnect();
    wasLost = false;
  };
}

/** A browser has six connections to one server, for all its tabs: one that nobody sees keeps none. */
function seenOrNot(): void {
  if (document.hidden) {
    disconnect();
    wasLost = true;
  } else if (!source) connect();
}

function disconnect(): void {
  clearTimeout(retry);
  source?.close();
  source = undefined;
}

function connect(): void {
  const mine = new EventSource('/api/events');
  source = mine;
  mine.onopen = () => {
    if (wasLost) tell({ type: 'again' });
    wasLost = false;
  };
  mine.onmessage = ({ data }) => tell(JSON.parse(data) as LiveEvent);
  mine.onerror = () => {
    wasLost = true;
    // Refused, as after the end of a sign-in; otherwise the browser tries again by itself.
    if (mine.readyState === EventSource.CLOSED) retry = setTimeout(connect, RETRY_MS);
  };
}

function tell(event: Heard): void {
  for (const listener of listeners) listener(event);
}
