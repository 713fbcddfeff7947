export const history = `# History and undo

Directus keeps who changed what. This assistant can undo what it did as the same user, from any machine and later.

## What happened
> history {"action":"read","collection":"articles","key":1}
Newest first, each with its revision, who did it, and [before, after] of each field; with change where it was this assistant.
> history {"action":"changes","since":"2026-01-01"}
What this assistant did: a number for each call, what it did, undone, cannotBeUndone. since and until: a day, a time (14:30 is today), or for since the number of a change. With collection, what was done there.

## Undo
Without more, the last change; change undoes one by its number; since all from there on, newest first.
> items {"action":"update","collection":"articles","keys":[5],"data":{"summary":"The wrong summary"}}
> history {"action":"undo"}
> history {"action":"undo","since":"2026-01-01","dryRun":true}
Updates are restored, created rows removed (held until the person agrees), deleted rows made again with the same key. It stops at the first row that somebody changed since, and says what was and was not undone: then ask, or revert single fields by hand. An undoing is undone by its own number.

## Revert
Puts one item back to what it was with a revision, whoever changed it; only fields that differ are written.
> history {"action":"revert","revision":169}

## What does not come back
Rows of collections where schema says history: none kept, values of deleted fields, rows of deleted collections, bytes of deleted files, drafts saved in versions, what flows did beside changing rows. A preview says it before: cannotBeUndone. So for what matters: dryRun first.
`;
