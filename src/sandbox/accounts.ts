/** The logins and tokens of every sandbox. They are the same everywhere: it answers on loopback only. */
export const accounts = {
  admin: { email: 'admin@example.com', password: 'sandbox-admin', token: 'sandbox-admin-token' },
  editor: { email: 'editor@example.com', password: 'sandbox-editor', token: 'sandbox-editor-token' },
  readonly: { email: 'reader@example.com', token: 'sandbox-readonly-token' },
} as const;
