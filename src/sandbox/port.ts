import { createServer } from 'node:net';
import { codeOf } from '../settings/error-code.ts';
import { SandboxError } from './errors.ts';

/** A port of loopback that nothing listens on at this moment. */
export const freePort = () => tryPort(0);

/** Fails with what to do if the port cannot be listened on. */
export async function requirePort(port: number): Promise<number> {
  try {
    return await tryPort(port);
  } catch (error) {
    throw portError(port, codeOf(error));
  }
}

export function portError(port: number, code: string | undefined): SandboxError {
  if (code === 'EADDRINUSE') {
    return new SandboxError(
      `Port ${port} is already in use: stop what listens there, give another with --port, or leave it out for a free one.`,
    );
  }
  if (code === 'EACCES') {
    return new SandboxError(
      `Port ${port} needs more rights than this user has: give one above 1023 with --port.`,
    );
  }
  return new SandboxError(
    `Port ${port} cannot be used (${code ?? 'unknown error'}): give another with --port.`,
  );
}

function tryPort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = server.address();
      const taken = typeof address === 'object' && address ? address.port : port;
      server.close(() => resolve(taken));
    });
  });
}
