type Named = { at: string; user?: string; userName?: string };

/** The newest name of each user, by id: people are renamed, and removed. */
export function namesIn(entries: readonly Named[]): Map<string, string> {
  const newest = new Map<string, { at: string; name: string }>();
  for (const { at, user, userName } of entries) {
    if (user === undefined || userName === undefined) continue;
    const before = newest.get(user);
    if (!before || before.at <= at) newest.set(user, { at, name: userName });
  }
  return new Map([...newest].map(([user, { name }]) => [user, name]));
}

/** Who used the chat of a terminal on the server's machine. */
export const NOBODY = 'Without a sign-in';
