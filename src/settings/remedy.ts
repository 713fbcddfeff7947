/**
 * What to do where something cannot be written, in a sentence for people.
 * @param code of the file system: `ENOSPC`
 * @param place the folder in which it was to be written
 */
export function remedyFor(code: string | undefined, place: string): string {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return `Free some space on the disk of ${place}.`;
    case 'EFBIG':
      return `Files may not become that large here: raise the limit (ulimit -f) for what is in ${place}.`;
    case 'EROFS':
      return `The disk of ${place} can only be read: make it writable.`;
    case 'EACCES':
    case 'EPERM':
      return `Give the user who runs this the right to write in ${place}.`;
    case 'ENOTDIR':
    case 'EEXIST':
      return `Something that is no folder stands where ${place} or one above it should be: move it away.`;
    case 'EISDIR':
      return `A folder stands where a file should be in ${place}: move it away.`;
    default:
      return `See that ${place} can be made and written.`;
  }
}
