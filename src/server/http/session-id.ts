import { isObject } from '../../directus/objects.ts';
import { seal, unseal } from '../../settings/seal.ts';

/** What a session is: with this any instance can be in the place of the one that opened it. */
export type Claims = {
  /** The caller who opened it. */
  opener: string;
  /** Where the instance is that opened it. */
  home: string;
  /** When it was opened, in ms. */
  at: number;
  /** Parameters of the handshake, as far as we use them. */
  protocolVersion: string;
  capabilities: { elicitation?: object };
  clientInfo: { name: string; version: string };
};

/** A session that is older has to be opened anew. */
const LONGEST_MS = 7 * 24 * 60 * 60_000;

/** The claims of a session that is being opened. @param params those of `initialize` */
export function claimsOf(params: unknown, opener: string, home: string): Claims {
  const { protocolVersion, capabilities, clientInfo } = isObject(params) ? params : {};
  const { elicitation } = isObject(capabilities) ? capabilities : {};
  const { name, version } = isObject(clientInfo) ? clientInfo : {};
  return {
    opener,
    home,
    at: Date.now(),
    protocolVersion: text(protocolVersion, 20),
    // Only which kinds there are: whatever else a client writes there would travel with every request.
    capabilities: isObject(elicitation) ? { elicitation: kindsOf(elicitation) } : {},
    clientInfo: { name: text(name, 60), version: text(version, 20) },
  };
}

export function sealClaims(key: Buffer, claims: Claims): string {
  return seal(key, 'session', JSON.stringify(claims));
}

/** What a session's id says; undefined when it is none of ours or too old. */
export function openClaims(key: Buffer, id: string): Claims | undefined {
  const json = unseal(key, 'session', id);
  if (json === undefined) return undefined;
  // Nobody else can have sealed it.
  const claims: Claims = JSON.parse(json);
  return Date.now() - claims.at > LONGEST_MS ? undefined : claims;
}

/** The handshake from which the session came, as the messages of a client. */
export function handshakeOf({ protocolVersion, capabilities, clientInfo }: Claims): object[] {
  const params = { protocolVersion, capabilities, clientInfo };
  return [
    { jsonrpc: '2.0', id: 'wake', method: 'initialize', params },
    { jsonrpc: '2.0', method: 'notifications/initialized' },
  ];
}

function kindsOf({ form, url }: Record<string, unknown>): object {
  return { ...(isObject(form) ? { form: {} } : {}), ...(isObject(url) ? { url: {} } : {}) };
}

function text(value: unknown, longest: number): string {
  return typeof value === 'string' ? value.slice(0, longest) : '';
}
