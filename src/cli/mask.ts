/** Enough of a secret to tell two apart, and too little to use one. */
export const maskSecret = (secret: string): string =>
  secret.length > 12 ? `••••${secret.slice(-4)}` : '••••';
