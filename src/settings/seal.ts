import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/*
 * What only this installation may read: secrets in its settings file, and what its instances hand to clients to bring
 * back. Sealed, so that nobody else can read it, change it or make one: AES-256-GCM with the installation's key.
 */

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals a text for a purpose; what was sealed for another one does not open. */
export function seal(key: Buffer, purpose: string, text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(purpose));
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
}

/** Opens what `seal` made; undefined for anything else. */
export function unseal(key: Buffer, purpose: string, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url');
  // One spelling only: what is known of a sealed text is remembered by it.
  if (bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== sealed) return undefined;
  try {
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(purpose));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const body = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([body, decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

/** As many letters as no two sealed texts end alike in. */
const MARK = 64;

/** Stands for a sealed text where it is remembered. A copy: a part of a long text would keep all of it in memory. */
export function markOf(sealed: string): string {
  return Buffer.from(sealed.slice(-MARK), 'latin1').toString('latin1');
}
