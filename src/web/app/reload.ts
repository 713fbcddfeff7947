const KEY = 'reloaded-at';
const AGAIN_MS = 30_000;

/**
 * Loads the page anew when a part of it is gone: the server has become another version since. Nothing is lost by that,
 * drafts are kept. Where it does not help, it is not tried again and again.
 */
export function reloadWhenOld(): void {
  window.addEventListener('vite:preloadError', (event) => {
    if (Math.abs(Date.now() - Number(sessionStorage.getItem(KEY))) < AGAIN_MS) return;
    sessionStorage.setItem(KEY, String(Date.now()));
    event.preventDefault();
    location.reload();
  });
}
