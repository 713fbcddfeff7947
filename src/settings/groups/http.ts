import * as z from 'zod';
import { namesNobody } from '../address.ts';
import { leaf, names } from './leaf.ts';

// It is shown, and what is secret has settings of its own.
const address = z.url({ protocol: /^https?$/ }).refine(namesNobody, 'must not hold a user name or password');

/** What concerns `mcp --http` and `web`. */
export const http = z
  .strictObject({
    host: leaf(z.string().default('127.0.0.1'), {
      env: ['HTTP_HOST'],
      flag: '--host',
      description: 'Address that `mcp --http` and `web` listen on; `0.0.0.0` is every one of this machine.',
    }),
    port: leaf(z.int().min(0).max(65_535).default(8056), {
      env: ['HTTP_PORT', 'PORT'],
      flag: '--port',
      description: 'Port that `mcp --http` and `web` listen on; 0 takes a free one.',
    }),
    publicUrl: leaf(address.optional(), {
      env: ['HTTP_PUBLIC_URL'],
      flag: '--public-url',
      description:
        'Address at which people reach it, for example https://mcp.example.com. Its host and origin are let in.',
    }),
    allowedHosts: leaf(names.default([]), {
      env: ['HTTP_ALLOWED_HOSTS'],
      description: 'Further host names by which it may be called, beside this machine and `publicUrl`.',
    }),
    allowedOrigins: leaf(names.default([]), {
      env: ['HTTP_ALLOWED_ORIGINS'],
      description:
        'Host names of web pages that may call it from a browser, beside this machine and `publicUrl`.',
    }),
    queryToken: leaf(z.boolean().default(false), {
      env: ['HTTP_QUERY_TOKEN'],
      merge: 'deny-if-false',
      description:
        'Take the token from the address as well (`?access_token=`), for clients that cannot send headers. Proxies may log it.',
    }),
    sharedKey: leaf(z.string().min(16).optional(), {
      env: ['HTTP_SHARED_KEY'],
      secret: true,
      description:
        'Who gives this in place of a Directus token acts as the user of `directus.token`. At least 16 characters.',
    }),
    ratePerMinute: leaf(z.int().min(1).default(1200), {
      env: ['HTTP_RATE_PER_MINUTE'],
      description: 'Requests that one token may make in a minute.',
    }),
    concurrency: leaf(z.int().min(1).default(32), {
      env: ['HTTP_CONCURRENCY'],
      description: 'Requests of one token that are worked on at once.',
    }),
    bodyBytes: leaf(z.int().min(1024).default(4_194_304), {
      env: ['HTTP_BODY_BYTES'],
      description: 'Size of the largest request, in bytes.',
    }),
    sessions: leaf(z.int().min(1).default(1000), {
      env: ['HTTP_SESSIONS'],
      description: 'Sessions of clients of the 2025 protocol that are kept awake at once.',
    }),
    metrics: leaf(z.boolean().default(true), {
      env: ['HTTP_METRICS'],
      description: 'Serve figures for Prometheus at /metrics.',
    }),
    peerUrl: leaf(address.optional(), {
      env: ['HTTP_PEER_URL'],
      description:
        'Address at which other instances reach this one, where they cannot tell: http://10.0.0.7:8056.',
    }),
  })
  .prefault({});
