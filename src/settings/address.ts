/**
 * An address as people type it, with its scheme: `localhost:11434/v1` means http, `api.example.com/v1` means https.
 * On this machine and on a local network, few have certificates.
 */
export function withScheme(text: string): string {
  const typed = text.trim();
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(typed)) return typed;
  const [host = ''] = /^(\[[^\]]*\]|[^/:?#]*)/.exec(typed) ?? [];
  const local =
    !host.includes('.') || /^(\d+\.){3}\d+$/.test(host) || /\.(local|lan|internal|home\.arpa)$/i.test(host);
  return `${local ? 'http' : 'https'}://${typed}`;
}

/** A part of an address without its escapes; one that is badly escaped is taken as it stands. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Whether an address holds no user name or password: it is shown, and what is secret has settings of its own. */
export function namesNobody(text: string): boolean {
  if (!URL.canParse(text)) return true;
  const { username, password } = new URL(text);
  return !username && !password;
}
